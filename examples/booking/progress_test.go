package main

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestQuickWorkSaysNothing(t *testing.T) {
	t.Parallel()
	for _, fancy := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			var w bytes.Buffer
			p := newProgress(&w, style{fancy})
			p.begin("nextech", "listing free times")
			time.Sleep(90 * time.Millisecond)
			p.end()
			time.Sleep(time.Minute)
			p.close()
			if w.Len() > 0 {
				t.Errorf("fancy %v: got %q", fancy, w.String())
			}
		})
	}
}

func TestLongWorkWritesAPlainLineNowAndThen(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var w bytes.Buffer
		p := newProgress(&w, style{})
		p.begin("nextech", "listing free times")
		p.count(50)
		time.Sleep(25 * time.Second)
		p.close()
		want := "nextech: listing free times, 50 so far (2 s)\n" +
			"nextech: listing free times, 50 so far (12 s)\n" +
			"nextech: listing free times, 50 so far (22 s)\n"
		if w.String() != want {
			t.Errorf("got %q", w.String())
		}
	})
}

func TestOnATerminalOneLineIsRedrawnAndErased(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var w bytes.Buffer
		p := newProgress(&w, style{fancy: true})
		p.begin("nextech", "listing free times "+strings.Repeat("x", columns))
		time.Sleep(time.Second)
		p.note("a line that stays")
		time.Sleep(time.Second)
		p.close()
		got := w.String()
		if !strings.HasSuffix(got, "\r\x1b[K") || !strings.Contains(got, "\r\x1b[Ka line that stays\n") || strings.Count(got, "\n") != 1 {
			t.Errorf("got %q", got)
		}
		for _, drawn := range strings.Split(got, "\r\x1b[K") {
			if n := len([]rune(withoutColours(drawn))); n >= columns {
				t.Errorf("a line of %d characters would wrap", n)
			}
		}
	})
}
