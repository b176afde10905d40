// Package controlplane runs etcd, kube-apiserver, kube-controller-manager and kube-scheduler.
package controlplane

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"breakwater.dev/testbed/internal/pki"
	"breakwater.dev/testbed/internal/process"
)

// Settings say where a control plane listens and what it hands out.
type Settings struct {
	// Kube is the program that is all of Kubernetes; its first argument says which part.
	Kube string
	// Folder takes certificates, kubeconfigs, logs and etcd's files.
	Folder string
	// Address is the host's own: kube-apiserver listens there, and servers that it aggregates are reached there.
	Address string
	// ServiceCIDR is where Services get their addresses; ServiceAddress is the first of them, that of kubernetes.default.
	ServiceCIDR    string
	ServiceAddress string
	// Node says that a node will run pods: then kubernetes.default.svc leads to kube-apiserver, and Services are reached
	// by their endpoints.
	Node bool
	// Fsync makes etcd keep its promises on disk. The data of a test end with the test, but a benchmark must pay for them.
	Fsync bool
}

// ControlPlane is a running one.
type ControlPlane struct {
	Server      string         `json:"server"`
	Kubeconfig  string         `json:"kubeconfig"`
	Authority   string         `json:"certificateAuthority"`
	FrontProxy  FrontProxy     `json:"frontProxy"`
	Etcd        string         `json:"etcd"`
	Pids        map[string]int `json:"pids"`
	authority   *pki.Authority
	settings    Settings
	credentials pki.Pair
	reader      *http.Client
}

// FrontProxy is how kube-apiserver proves to an aggregated server that it may speak for users.
type FrontProxy struct {
	Authority   string `json:"certificateAuthority"`
	Certificate string `json:"clientCertificate"`
	Key         string `json:"clientKey"`
	AllowedName string `json:"allowedName"`
}

const frontProxyName = "front-proxy-client"

// Start starts the four programs and returns when kube-apiserver is ready and pods can be created.
func Start(group *process.Group, settings Settings) (*ControlPlane, error) {
	folder := filepath.Join(settings.Folder, "pki")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	// Etcd's two, the controller-manager's and the scheduler's stay on loopback.
	local, err := process.FreePorts("127.0.0.1", 4)
	if err != nil {
		return nil, err
	}
	public, err := process.FreePorts(settings.Address, 1)
	if err != nil {
		return nil, err
	}
	plane := &ControlPlane{
		settings:   settings,
		Server:     fmt.Sprintf("https://%s:%s", settings.Address, public[0]),
		Kubeconfig: filepath.Join(settings.Folder, "admin.kubeconfig"),
		Etcd:       "http://127.0.0.1:" + local[0],
		Pids:       map[string]int{},
	}
	if plane.authority, err = pki.NewAuthority(folder, "ca"); err != nil {
		return nil, err
	}
	plane.Authority = plane.authority.File()

	if err := plane.startEtcd(group, local[1]); err != nil {
		return nil, err
	}
	if err := plane.startAPIServer(group, folder, public[0]); err != nil {
		return nil, err
	}
	if plane.credentials, err = plane.kubeconfig("admin", "testbed-admin", "system:masters"); err != nil {
		return nil, err
	}
	// Ready says that the roles of the other two exist; started before, they read what they may not and end.
	if err := group.Await("kube-apiserver", 2*time.Minute, plane.Answers("/readyz")); err != nil {
		return nil, err
	}
	if err := plane.startControllerManager(group, folder, local[2]); err != nil {
		return nil, err
	}
	if err := plane.startScheduler(group, local[3]); err != nil {
		return nil, err
	}
	for _, child := range group.Children() {
		plane.Pids[child.Name] = child.Pid()
	}
	// The controller-manager makes it; without it kube-apiserver refuses pods.
	account := "/api/v1/namespaces/default/serviceaccounts/default"
	return plane, group.Await("the service account of the namespace default", time.Minute, plane.Answers(account))
}

// User writes a kubeconfig FOLDER/NAME.kubeconfig for a user with a client certificate, and returns its name.
func (c *ControlPlane) User(name, user string, groups ...string) (string, error) {
	_, err := c.kubeconfig(name, user, groups...)
	return filepath.Join(c.settings.Folder, name+".kubeconfig"), err
}

// SigningAuthority is the authority that kube-apiserver trusts for clients and kubelets.
func (c *ControlPlane) SigningAuthority() *pki.Authority { return c.authority }

func (c *ControlPlane) kubeconfig(name, user string, groups ...string) (pki.Pair, error) {
	pair, err := c.authority.Client("user-"+name, user, groups...)
	if err != nil {
		return pair, err
	}
	return pair, pki.WriteKubeconfig(filepath.Join(c.settings.Folder, name+".kubeconfig"), c.Server, c.Authority, pair)
}

// Answers is a check for process.Group.Await: a GET of path is answered with 200.
func (c *ControlPlane) Answers(path string) func() error {
	return func() error {
		_, err := c.Get(path)
		return err
	}
}

// Get is the body of a path, read as the administrator.
func (c *ControlPlane) Get(path string) ([]byte, error) {
	if c.reader == nil {
		made, err := c.client()
		if err != nil {
			return nil, err
		}
		c.reader = made
	}
	answer, err := c.reader.Get(c.Server + path)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s %.1000s", path, answer.Status, body)
	}
	return body, err
}

// client is an HTTP client of the administrator.
func (c *ControlPlane) client() (*http.Client, error) {
	pair, err := tls.LoadX509KeyPair(c.credentials.Certificate, c.credentials.Key)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(c.Authority)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return nil, errors.New("the control plane's authority cannot be read")
	}
	return &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: roots},
	}}, nil
}
