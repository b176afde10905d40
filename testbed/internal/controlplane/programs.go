package controlplane

import (
	"path/filepath"

	"breakwater.dev/testbed/internal/pki"
	"breakwater.dev/testbed/internal/process"
)

func (c *ControlPlane) startEtcd(group *process.Group, peerPort string) error {
	peer := "http://127.0.0.1:" + peerPort
	command := []string{
		c.settings.Kube, "etcd",
		"--data-dir=" + filepath.Join(c.settings.Folder, "etcd"),
		"--listen-client-urls=" + c.Etcd,
		"--advertise-client-urls=" + c.Etcd,
		"--listen-peer-urls=" + peer,
		"--initial-advertise-peer-urls=" + peer,
		"--initial-cluster=default=" + peer,
		"--log-level=warn",
	}
	if !c.settings.Fsync {
		command = append(command, "--unsafe-no-fsync")
	}
	return start(group, "etcd", command...)
}

func (c *ControlPlane) startAPIServer(group *process.Group, folder, port string) error {
	s := c.settings
	serving, err := c.authority.Server("apiserver", s.Address, s.ServiceAddress, "127.0.0.1", "localhost", "kubernetes",
		"kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local")
	if err != nil {
		return err
	}
	kubelets, err := c.authority.Client("apiserver-kubelet-client", "kube-apiserver-kubelet-client", "system:masters")
	if err != nil {
		return err
	}
	signingKey, verifyingKey, err := pki.NewKey(folder, "service-accounts")
	if err != nil {
		return err
	}
	// Its own authority: a certificate that proves the front proxy must not be one that any user can have signed.
	frontProxyAuthority, err := pki.NewAuthority(folder, "front-proxy-ca")
	if err != nil {
		return err
	}
	frontProxy, err := frontProxyAuthority.Client("front-proxy-client", frontProxyName)
	if err != nil {
		return err
	}
	c.FrontProxy = FrontProxy{frontProxyAuthority.File(), frontProxy.Certificate, frontProxy.Key, frontProxyName}

	flags := []string{
		s.Kube, "kube-apiserver",
		"--etcd-servers=" + c.Etcd,
		"--bind-address=" + s.Address,
		"--advertise-address=" + s.Address,
		"--secure-port=" + port,
		"--tls-cert-file=" + serving.Certificate,
		"--tls-private-key-file=" + serving.Key,
		"--client-ca-file=" + c.Authority,
		"--kubelet-certificate-authority=" + c.Authority,
		"--kubelet-client-certificate=" + kubelets.Certificate,
		"--kubelet-client-key=" + kubelets.Key,
		"--kubelet-preferred-address-types=InternalIP",
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-signing-key-file=" + signingKey,
		"--service-account-key-file=" + verifyingKey,
		"--service-cluster-ip-range=" + s.ServiceCIDR,
		"--authorization-mode=Node,RBAC",
		"--requestheader-client-ca-file=" + frontProxyAuthority.File(),
		"--requestheader-allowed-names=" + frontProxyName,
		"--requestheader-username-headers=X-Remote-User",
		"--requestheader-group-headers=X-Remote-Group",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		"--proxy-client-cert-file=" + frontProxy.Certificate,
		"--proxy-client-key-file=" + frontProxy.Key,
		// Bad workloads are what the checks are tested with.
		"--allow-privileged=true",
		"--profiling=false",
	}
	if s.Node {
		flags = append(flags, "--enable-aggregator-routing=true")
	} else {
		// Nobody resolves kubernetes.default here, and 127.0.0.1 is no endpoint that the API accepts.
		flags = append(flags, "--endpoint-reconciler-type=none")
	}
	return start(group, "kube-apiserver", flags...)
}

func (c *ControlPlane) startControllerManager(group *process.Group, folder, port string) error {
	kubeconfig, err := c.User("controller-manager", "system:kube-controller-manager")
	if err != nil {
		return err
	}
	return start(group, "kube-controller-manager", c.settings.Kube, "kube-controller-manager",
		"--kubeconfig="+kubeconfig,
		"--authentication-kubeconfig="+kubeconfig,
		"--authorization-kubeconfig="+kubeconfig,
		"--bind-address=127.0.0.1",
		"--secure-port="+port,
		"--service-account-private-key-file="+filepath.Join(folder, "service-accounts.key"),
		"--root-ca-file="+c.Authority,
		"--cluster-signing-cert-file="+c.Authority,
		"--cluster-signing-key-file="+c.authority.KeyFile(),
		"--use-service-account-credentials=true",
		"--leader-elect=false",
		"--profiling=false")
}

func (c *ControlPlane) startScheduler(group *process.Group, port string) error {
	kubeconfig, err := c.User("scheduler", "system:kube-scheduler")
	if err != nil {
		return err
	}
	return start(group, "kube-scheduler", c.settings.Kube, "kube-scheduler",
		"--kubeconfig="+kubeconfig,
		"--authentication-kubeconfig="+kubeconfig,
		"--authorization-kubeconfig="+kubeconfig,
		"--bind-address=127.0.0.1",
		"--secure-port="+port,
		"--leader-elect=false",
		"--profiling=false")
}

func start(group *process.Group, name string, command ...string) error {
	_, err := group.Start(name, nil, command...)
	return err
}
