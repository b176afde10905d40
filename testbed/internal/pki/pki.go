// Package pki makes the certificates of one control plane: two authorities, the certificates they sign, and the
// kubeconfig files that carry them.
package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// lifetime is far more than any run: a testbed that is left up over a holiday still works.
const lifetime = 30 * 24 * time.Hour

// Authority is a certificate authority whose certificate and key lie in a folder as NAME.crt and NAME.key.
type Authority struct {
	folder      string
	certificate *x509.Certificate
	key         crypto.Signer
	file        string
}

// Pair names the files of a certificate and its key.
type Pair struct {
	Certificate string
	Key         string
}

// NewAuthority makes an authority and writes NAME.crt and NAME.key into folder.
func NewAuthority(folder, name string) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          serial(),
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             time.Now().Add(-time.Minute),
		NotAfter:              time.Now().Add(lifetime),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	pair, err := write(folder, name, der, key)
	if err != nil {
		return nil, err
	}
	return load(folder, pair)
}

// LoadAuthority reads an authority that NewAuthority wrote.
func LoadAuthority(folder, name string) (*Authority, error) {
	return load(folder, files(folder, name))
}

// File is the authority's certificate in PEM.
func (a *Authority) File() string { return a.file }

// KeyFile is the authority's key in PEM.
func (a *Authority) KeyFile() string { return a.file[:len(a.file)-len(".crt")] + ".key" }

// Client signs a client certificate and writes it as FILE.crt and FILE.key; user and groups become its subject, as
// Kubernetes reads it: common name and organisations.
func (a *Authority) Client(file, user string, groups ...string) (Pair, error) {
	return a.sign(file, &x509.Certificate{
		Subject:     pkix.Name{CommonName: user, Organization: groups},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
}

// Server signs a serving certificate for hosts, each a name or an address, and writes it as FILE.crt and FILE.key.
func (a *Authority) Server(file string, hosts ...string) (Pair, error) {
	template := &x509.Certificate{
		Subject:     pkix.Name{CommonName: file},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, host := range hosts {
		if address := net.ParseIP(host); address != nil {
			template.IPAddresses = append(template.IPAddresses, address)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	return a.sign(file, template)
}

// NewKey writes a signing key and its public half as NAME.key and NAME.pub, as service account tokens need them.
func NewKey(folder, name string) (private, public string, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", "", err
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return "", "", err
	}
	private, public = filepath.Join(folder, name+".key"), filepath.Join(folder, name+".pub")
	if err := writeKey(private, key); err != nil {
		return "", "", err
	}
	return private, public, writePEM(public, "PUBLIC KEY", der)
}

func (a *Authority) sign(file string, template *x509.Certificate) (Pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Pair{}, err
	}
	template.SerialNumber = serial()
	template.NotBefore = time.Now().Add(-time.Minute)
	template.NotAfter = time.Now().Add(lifetime)
	template.KeyUsage = x509.KeyUsageDigitalSignature
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	if err != nil {
		return Pair{}, err
	}
	return write(a.folder, file, der, key)
}

func load(folder string, pair Pair) (*Authority, error) {
	certificate, err := readPEM(pair.Certificate)
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParseCertificate(certificate)
	if err != nil {
		return nil, err
	}
	key, err := readPEM(pair.Key)
	if err != nil {
		return nil, err
	}
	private, err := x509.ParseECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	return &Authority{folder, parsed, private, pair.Certificate}, nil
}

func files(folder, name string) Pair {
	return Pair{filepath.Join(folder, name+".crt"), filepath.Join(folder, name+".key")}
}

func write(folder, name string, der []byte, key *ecdsa.PrivateKey) (Pair, error) {
	pair := files(folder, name)
	if err := writePEM(pair.Certificate, "CERTIFICATE", der); err != nil {
		return Pair{}, err
	}
	return pair, writeKey(pair.Key, key)
}

func writeKey(file string, key *ecdsa.PrivateKey) error {
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	return writePEM(file, "EC PRIVATE KEY", der)
}

func writePEM(file, kind string, der []byte) error {
	return os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}

func readPEM(file string) ([]byte, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s holds no PEM block", file)
	}
	return block.Bytes, nil
}

func serial() *big.Int {
	number, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		panic(err) // The kernel's random source does not fail.
	}
	return number
}
