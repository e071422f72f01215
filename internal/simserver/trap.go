package simserver

import "net/http"

// ServeTrap opens a host that nobody should ask, for links that lead elsewhere: it
// answers 404, and each request is counted and breaks a rule. what says where its address
// stands ("a host that paging links lead to").
func (s *Server) ServeTrap(what string) (origin string, err error) {
	return s.Serve("", &Host{
		Classify: func(*http.Request) Class { return Class{Route: "(" + what + ")"} },
		Handle: func(c *Call) *Reply {
			s.trapped.Add(1)
			c.Violate("a link to another host was followed")
			return Text(http.StatusNotFound, "")
		},
	})
}

// Trapped counts what arrived at hosts of ServeTrap.
func (s *Server) Trapped() int { return int(s.trapped.Load()) }
