//go:build tools

// Package tools keeps the engine's module in go.mod: nothing else here imports it.
package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
