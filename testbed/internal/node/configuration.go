package node

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"breakwater.dev/testbed/internal/pki"
)

// overlay is the number of overlayfs in statfs(2).
const overlay = 0x794c7630

func (n *Node) writeContainerd() (string, error) {
	// Overlays cannot be stacked on an overlay, which a container's own folders are.
	snapshotter := "overlayfs"
	var status syscall.Statfs_t
	if syscall.Statfs(n.folder, &status) == nil && status.Type == overlay {
		snapshotter = "native"
	}
	hosts := filepath.Join(n.folder, "certs.d", n.settings.Registry)
	if err := os.MkdirAll(hosts, 0o755); err != nil {
		return "", err
	}
	if err := write(filepath.Join(hosts, "hosts.toml"), `server = "http://%[1]s"
[host."http://%[1]s"]
capabilities = ["pull", "resolve"]
`, n.settings.Registry); err != nil {
		return "", err
	}
	file := filepath.Join(n.folder, "containerd.toml")
	return file, write(file, `version = 2
root = "%[1]s/containerd"
state = "%[1]s/containerd-state"
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]

[grpc]
address = "%[2]s"

[plugins."io.containerd.internal.v1.opt"]
path = "%[1]s/opt"

[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "%[3]s"
# Without CAP_SYS_RESOURCE a container whose score is lowered does not start, with an error that says nothing of it.
restrict_oom_score_adj = true
# Removed with the folder, and never mistaken for those of another containerd.
netns_mounts_under_state_dir = true
stream_server_address = "127.0.0.1"
disable_apparmor = true
tolerate_missing_hugetlb_controller = true

[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "%[4]s"
conf_dir = "%[1]s/cni"

[plugins."io.containerd.grpc.v1.cri".registry]
config_path = "%[1]s/certs.d"

[plugins."io.containerd.grpc.v1.cri".containerd]
snapshotter = "%[5]s"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
`, n.folder, n.socket(), n.settings.PauseImage, n.plugins, snapshotter)
}

func (n *Node) writeNetworkPlugins() error {
	folder := filepath.Join(n.folder, "cni")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	return writeJSON(filepath.Join(folder, "10-bridge.conflist"), map[string]any{
		"cniVersion": "0.4.0",
		"name":       "testbed",
		"plugins": []any{
			map[string]any{
				"type": "bridge", "bridge": "cni0", "isGateway": true, "hairpinMode": true,
				"ipam": map[string]any{
					"type": "host-local", "dataDir": filepath.Join(n.folder, "cni-data"),
					"ranges": []any{[]any{map[string]any{"subnet": n.network.PodCIDR}}},
					"routes": []any{map[string]any{"dst": "0.0.0.0/0"}},
				},
			},
			map[string]any{"type": "portmap", "capabilities": map[string]any{"portMappings": true}},
		},
	})
}

func (n *Node) writeKubelet(serving pki.Pair) (string, error) {
	// Nobody resolves names on the host's address: a pod that asks is refused at once instead of waiting.
	resolver := filepath.Join(n.folder, "resolv.conf")
	if err := write(resolver, "nameserver %s\n", n.network.Host); err != nil {
		return "", err
	}
	file := filepath.Join(n.folder, "kubelet.json")
	never := "0%"
	return file, writeJSON(file, map[string]any{
		"apiVersion":               "kubelet.config.k8s.io/v1beta1",
		"kind":                     "KubeletConfiguration",
		"containerRuntimeEndpoint": "unix://" + n.socket(),
		"authentication": map[string]any{
			"anonymous": map[string]any{"enabled": false},
			"webhook":   map[string]any{"enabled": true},
			"x509":      map[string]any{"clientCAFile": n.settings.Plane.Authority},
		},
		"authorization":     map[string]any{"mode": "Webhook"},
		"tlsCertFile":       serving.Certificate,
		"tlsPrivateKeyFile": serving.Key,
		// Works on machines of either cgroup version, with or without systemd.
		"cgroupDriver":           "cgroupfs",
		"cgroupsPerQOS":          false,
		"enforceNodeAllocatable": []string{},
		"failCgroupV1":           false,
		"failSwapOn":             false,
		// A full disk of the developer's machine is no reason to evict pods.
		"evictionHard": map[string]string{
			"memory.available": never, "nodefs.available": never, "nodefs.inodesFree": never, "imagefs.available": never},
		"imageGCHighThresholdPercent": 100,
		"maxPods":                     200,
		"serializeImagePulls":         false,
		"resolvConf":                  resolver,
		"podLogsDir":                  filepath.Join(n.folder, "pod-logs"),
		"volumePluginDir":             filepath.Join(n.folder, "volume-plugins"),
		"registryPullQPS":             0,
		"eventRecordQPS":              0,
		"nodeStatusReportFrequency":   "30s",
		"shutdownGracePeriod":         "0s",
	})
}

func (n *Node) writeProxy(kubeconfig string) (string, error) {
	file := filepath.Join(n.folder, "kube-proxy.json")
	return file, writeJSON(file, map[string]any{
		"apiVersion":       "kubeproxy.config.k8s.io/v1alpha1",
		"kind":             "KubeProxyConfiguration",
		"mode":             "iptables",
		"clientConnection": map[string]any{"kubeconfig": kubeconfig},
		"clusterCIDR":      n.network.PodCIDR,
		"hostnameOverride": n.Name,
		// The limits of connection tracking belong to the whole machine and are not ours to set.
		"conntrack": map[string]any{
			"maxPerCore": 0, "min": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s"},
	})
}

func write(file, format string, values ...any) error {
	return os.WriteFile(file, fmt.Appendf(nil, format, values...), 0o644)
}

func writeJSON(file string, value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}
