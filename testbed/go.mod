module breakwater.dev/testbed

go 1.26
