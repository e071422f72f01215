// Package nextgentest simulates NextGen.
package nextgentest
