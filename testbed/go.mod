module breakwater.dev/testbed

go 1.26

require go.etcd.io/bbolt v1.4.2

require golang.org/x/sys v0.29.0 // indirect
