//go:build tools

// Package tools keeps the language host's module in go.mod: nothing else here imports it.
package tools

import _ "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs"
