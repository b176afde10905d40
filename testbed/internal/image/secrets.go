package image

import (
	"encoding/base64"
	"strings"
)

// secrets have the shape of what Trivy's rules find and are worth nothing. They are put together here so that neither
// this source nor a description holds a text that looks like a leaked key.
var secrets = map[string]string{
	"aws-access-key": "AK" + "IA" + "NOTAREALKEY00001",
	"github-token":   "gh" + "p_" + "thisIsNoRealTokenItOnlyLooksLikeOne0",
	"payment-key":    "sk_" + "live_" + "thisisnorealkey000000000",
	"chat-token":     "xo" + "xb-" + "1111111111" + "thisIsNoRealToken",
	"private-key": "-----BEGIN " + "RSA PRIVATE KEY-----\n" +
		base64.StdEncoding.EncodeToString([]byte("This is no key. It is here to be found by a scanner in a test.")) +
		"\n-----END " + "RSA PRIVATE KEY-----",
}

func withSecrets(text string) string {
	for name, secret := range secrets {
		text = strings.ReplaceAll(text, "{{"+name+"}}", secret)
	}
	return text
}
