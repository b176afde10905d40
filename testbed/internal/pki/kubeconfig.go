package pki

import (
	"encoding/json"
	"os"
)

// WriteKubeconfig writes a kubeconfig for one user of one cluster. It is self-contained, so that it can be copied away,
// and JSON, which is YAML too.
func WriteKubeconfig(file, server, authority string, user Pair) error {
	ca, err := os.ReadFile(authority)
	if err != nil {
		return err
	}
	certificate, err := os.ReadFile(user.Certificate)
	if err != nil {
		return err
	}
	key, err := os.ReadFile(user.Key)
	if err != nil {
		return err
	}
	type named map[string]any
	text, err := json.MarshalIndent(map[string]any{
		"apiVersion":      "v1",
		"kind":            "Config",
		"current-context": "testbed",
		"clusters": []named{{"name": "testbed", "cluster": named{
			"server": server, "certificate-authority-data": ca}}},
		"users": []named{{"name": "testbed", "user": named{
			"client-certificate-data": certificate, "client-key-data": key}}},
		"contexts": []named{{"name": "testbed", "context": named{
			"cluster": "testbed", "user": "testbed"}}},
	}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}
