package simserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// Transaction finds the sign-in that a page is about: its first group.
var Transaction = regexp.MustCompile(`name="transaction" value="([A-Z0-9]+)"`)

// Browse does what a browser does with the URL of a sign-in: it opens it and, where the page
// asks, sends answer to decideURL. It returns the URL that the browser would open next, with
// its query, and opens it not. No error holds a URL.
func (s *Server) Browse(ctx context.Context, authorizeURL, decideURL string, answer url.Values) (*url.URL, error) {
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if c := s.HTTPClient(); c != nil {
		client.Transport = c.Transport
	} else {
		t := &http.Transport{}
		defer t.CloseIdleConnections()
		client.Transport = t
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, authorizeURL, nil)
	if err != nil {
		return nil, errors.New("simserver: the URL of the sign-in cannot be read")
	}
	to, body, err := visit(&client, req)
	if err != nil || to != nil {
		return to, err
	}
	found := Transaction.FindSubmatch(body)
	if found == nil {
		return nil, errors.New("simserver: the page asks nothing")
	}
	form := url.Values{"transaction": {string(found[1])}}
	for name, values := range answer {
		form[name] = values
	}
	req, err = http.NewRequestWithContext(ctx, http.MethodPost, decideURL, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, errors.New("simserver: the URL of the decision cannot be read")
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if to, _, err = visit(&client, req); err == nil && to == nil {
		err = errors.New("simserver: the page leads nowhere")
	}
	return to, err
}

// visit returns where an answer leads, or the page.
func visit(client *http.Client, req *http.Request) (*url.URL, []byte, error) {
	resp, err := client.Do(req)
	if err != nil {
		return nil, nil, fmt.Errorf("simserver: no answer to the browser: %w", errors.Unwrap(err)) // the text around it has the URL
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return nil, nil, err
	}
	if resp.StatusCode == http.StatusSeeOther {
		to, err := resp.Location()
		return to, nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, nil, fmt.Errorf("simserver: the browser was answered %d", resp.StatusCode)
	}
	return nil, body, nil
}
