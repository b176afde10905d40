#!/usr/bin/env bash
# What surprises: in Kubernetes' own Pod Security Admission a container's security context does not override the pod's for the verdict, though it
# does for the container. A pod-level `runAsNonRoot: false` or `seccompProfile: Unconfined` fails the level `restricted` (the second also
# `baseline`) even where every container says otherwise; and `drop: [all]` does not count as dropping ALL.
#
# Who judges pods by the security context that takes effect is therefore more lenient than the standard. Checked with
# k8s.io/pod-security-admission v0.37.2 at the level of Kubernetes 1.37. Needs Go.
set -euo pipefail

folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
cd "$folder"
cat > main.go <<'GO'
package main

import (
	"fmt"
	"os"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

func yes(b bool) *bool { return &b }

// A pod that keeps to `restricted`; both places say the same.
func pod(change func(pod *corev1.PodSecurityContext, container *corev1.SecurityContext)) *corev1.PodSpec {
	own := &corev1.SecurityContext{
		AllowPrivilegeEscalation: yes(false),
		RunAsNonRoot:             yes(true),
		Capabilities:             &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
		SeccompProfile:           &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
	}
	all := &corev1.PodSecurityContext{
		RunAsNonRoot:   yes(true),
		SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
	}
	change(all, own)
	return &corev1.PodSpec{SecurityContext: all, Containers: []corev1.Container{{Name: "c", SecurityContext: own}}}
}

func main() {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		panic(err)
	}
	version := api.MajorMinorVersion(1, 37)
	failed := false
	see := func(what string, level api.Level, spec *corev1.PodSpec, wanted bool) {
		result := policy.AggregateCheckResults(
			evaluator.EvaluatePod(api.LevelVersion{Level: level, Version: version}, &metav1.ObjectMeta{Name: "p"}, spec))
		fmt.Printf("%-52s %-10s allowed=%v %s\n", what, level, result.Allowed, result.ForbiddenReason())
		failed = failed || result.Allowed != wanted
	}
	see("both say non-root, RuntimeDefault, drop ALL", api.LevelRestricted,
		pod(func(p *corev1.PodSecurityContext, c *corev1.SecurityContext) {}), true)
	see("pod: runAsNonRoot false; container: true", api.LevelRestricted,
		pod(func(p *corev1.PodSecurityContext, c *corev1.SecurityContext) { p.RunAsNonRoot = yes(false) }), false)
	see("pod: nothing; container: true", api.LevelRestricted,
		pod(func(p *corev1.PodSecurityContext, c *corev1.SecurityContext) { p.RunAsNonRoot = nil }), true)
	unconfined := pod(func(p *corev1.PodSecurityContext, c *corev1.SecurityContext) {
		p.SeccompProfile = &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeUnconfined}
	})
	see("pod: Unconfined; container: RuntimeDefault", api.LevelRestricted, unconfined, false)
	see("pod: Unconfined; container: RuntimeDefault", api.LevelBaseline, unconfined, false)
	see("drop: [all]", api.LevelRestricted,
		pod(func(p *corev1.PodSecurityContext, c *corev1.SecurityContext) {
			c.Capabilities.Drop = []corev1.Capability{"all"}
		}), false)
	if failed {
		fmt.Println("not as it was seen")
		os.Exit(1)
	}
}
GO
go mod init finding > init.log 2>&1
go get k8s.io/pod-security-admission@v0.37.2 > get.log 2>&1 || { cat get.log; exit 1; }
go mod tidy > tidy.log 2>&1 || { cat tidy.log; exit 1; }
go list -m k8s.io/pod-security-admission
go run .
