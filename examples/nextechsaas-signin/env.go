package main

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"

	"github.com/emrkit/emrkit/emr"
	"github.com/joho/godotenv"
)

// host is what a run takes from the machine, so that tests can stand in for it.
type host struct {
	args           []string
	stdin          io.Reader // of -term -
	stdout, stderr io.Writer
	lookup         func(key string) (string, bool) // os.LookupEnv
	dir            string                          // where .env is looked for
}

// settings returns the reader of configuration values: the real environment, and
// below it the .env file. A file that cannot be read is a config error which does not
// repeat its lines, for they hold secrets.
func (h host) settings() (func(key string) string, error) {
	file, err := godotenv.Read(filepath.Join(h.dir, ".env"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, &emr.Error{Kind: emr.KindConfig, Op: "read .env",
			Hint: "write one NAME=value a line, values with $ or # in 'single quotes', and make the file readable"}
	}
	return func(key string) string {
		if v, ok := h.lookup(key); ok {
			return v
		}
		return file[key]
	}, nil
}
