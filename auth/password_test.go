package auth_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/emr"
)

// grants lists the grant types of the requests that arrived.
func grants(srv *authtest.Server) (list []string) {
	for _, r := range srv.Requests() {
		list = append(list, r.Form.Get("grant_type"))
	}
	return list
}

func wantGrants(t *testing.T, srv *authtest.Server, want ...string) {
	t.Helper()
	got := grants(srv)
	if len(got) != len(want) {
		t.Fatalf("grants %v, want %v", got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Fatalf("grants %v, want %v", got, want)
		}
	}
}

func TestPassword_refreshTokenRenewsAndThePasswordIsTheWayBack(t *testing.T) {
	t.Parallel()
	inBubble(t, &authtest.Options{Refresh: true, Rotate: true, AzureV1: true}, func(t *testing.T, srv *authtest.Server) {
		cfg := srv.PasswordConfig()
		cfg.Resource = "https://api.example.test"
		c := newCache(t, cfg)
		token(t, c)
		time.Sleep(2 * time.Hour)
		token(t, c)
		srv.RevokeAll() // 14 days later
		time.Sleep(2 * time.Hour)
		tok := token(t, c)
		wantGrants(t, srv, "password", "refresh_token", "refresh_token", "password")
		time.Sleep(2 * time.Hour)
		token(t, c)
		wantGrants(t, srv, "password", "refresh_token", "refresh_token", "password", "refresh_token")
		for _, r := range srv.Requests() {
			if r.Form.Get("resource") != cfg.Resource || r.Form.Has("client_secret") || r.Form.Has("scope") {
				t.Errorf("the form has the wrong fields: %v", len(r.Form))
			}
		}
		_ = tok
	})
}

func TestPassword_withoutRefreshTokenThePasswordIsUsedAgain(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		c := newCache(t, srv.PasswordConfig())
		token(t, c)
		time.Sleep(2 * time.Hour)
		token(t, c)
		wantGrants(t, srv, "password", "password")
	})
}

func TestPassword_lostAnswerToARefreshIsFollowedByThePassword(t *testing.T) {
	t.Parallel()
	inBubble(t, &authtest.Options{Refresh: true, Rotate: true}, func(t *testing.T, srv *authtest.Server) {
		c := newCache(t, srv.PasswordConfig())
		token(t, c)
		time.Sleep(2 * time.Hour)
		srv.Fail(1, authtest.LoseAnswer())
		wantKind(t, failure(t, c), emr.KindUnavailable)
		time.Sleep(2 * time.Second)
		token(t, c)
		wantGrants(t, srv, "password", "refresh_token", "password")
	})
}

func TestPassword_revokedAccessTokenIsNotTakenFromTheStoreAgain(t *testing.T) {
	t.Parallel()
	inBubble(t, &authtest.Options{Refresh: true, Rotate: true}, func(t *testing.T, srv *authtest.Server) {
		cfg := srv.PasswordConfig()
		cfg.Store = auth.NewMemoryStore()
		c := newCache(t, cfg)
		old := token(t, c)
		srv.Revoke(access(t, old))
		c.Invalidate(old)
		if !srv.Valid(access(t, token(t, c))) {
			t.Error("the revoked token came back from the store")
		}
		wantGrants(t, srv, "password", "refresh_token")
	})
}

func TestPassword_expiredPasswordSaysWhatToDo(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		srv.SetPassword("changed-at-the-portal") // authtest answers as Azure AD does: AADSTS50055
		e := failure(t, newCache(t, srv.PasswordConfig()))
		wantKind(t, e, emr.KindAuth)
		for _, want := range []string{"expired", "portal", "sign in once"} {
			wantIn(t, e.Hint, want)
		}
		wantIn(t, e.Detail(), "AADSTS50055")
		noSecrets(t, srv, e)
		wantCount(t, srv, 1)
	})
}

func TestSecretFunc_isReadForEachFetchAndOnceMoreAfterARefusal(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		current, reads := "secret-of-client-1", 0
		cfg := srv.Config()
		cfg.ClientSecret = auth.SecretFunc(func(context.Context) (string, error) {
			reads++
			return current, nil
		})
		c := newCache(t, cfg)
		if reads != 0 {
			t.Error("New read the secret")
		}
		token(t, c)
		time.Sleep(2 * time.Hour)
		srv.SetSecret("secret-of-client-1-renewed")
		current = "secret-of-client-1-renewed"
		token(t, c)
		if reads != 2 {
			t.Errorf("%d reads for two fetches", reads)
		}
		wantCount(t, srv, 2)

		// The secret changes between the read and the request.
		time.Sleep(2 * time.Hour)
		srv.SetSecret("secret-of-client-1-third")
		first := true
		cfg.ClientSecret = auth.SecretFunc(func(context.Context) (string, error) {
			if first {
				first = false
				return "secret-of-client-1-renewed", nil
			}
			return "secret-of-client-1-third", nil
		})
		token(t, newCache(t, cfg))
		wantCount(t, srv, 4)

		// A secret that stays wrong is sent once.
		cfg.ClientSecret = auth.SecretFunc(func(context.Context) (string, error) { return "secret-of-old", nil })
		e := failure(t, newCache(t, cfg))
		wantKind(t, e, emr.KindAuth)
		wantIn(t, e.Hint, "client id and client secret")
		wantCount(t, srv, 5)
	})
}

func TestSecretFunc_thatChangesAllTheTimeEndsAfterASecondTry(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		n := 0
		cfg := srv.Config()
		cfg.ClientSecret = auth.SecretFunc(func(context.Context) (string, error) {
			n++
			return fmt.Sprintf("secret-of-day-%d", n), nil
		})
		wantKind(t, failure(t, newCache(t, cfg)), emr.KindAuth)
		wantCount(t, srv, 2)
	})
}

func TestSecretFunc_changedPasswordIsReadOnceMore(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		srv.SetPassword("password-of-user-1-new")
		reads := 0
		cfg := srv.PasswordConfig()
		cfg.Password = auth.SecretFunc(func(context.Context) (string, error) {
			if reads++; reads == 1 {
				return "password-of-user-1", nil
			}
			return "password-of-user-1-new", nil
		})
		token(t, newCache(t, cfg))
		wantCount(t, srv, 2)
	})
}

func TestSecretFunc_thatGivesNonsenseIsNamed(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		for _, text := range []string{"", "secret-of-x\n", " secret-of-x", "<client secret>"} {
			cfg := srv.Config()
			cfg.ClientSecret = auth.SecretFunc(func(context.Context) (string, error) { return text, nil })
			e := failure(t, newCache(t, cfg))
			wantKind(t, e, emr.KindConfig)
			if len(e.Fields) != 1 || e.Fields[0] != "ClientSecret" {
				t.Errorf("fields %v", e.Fields)
			}
		}
		cfg := srv.RefreshConfig()
		cfg.RefreshToken = auth.SecretFunc(func(context.Context) (string, error) { return "", nil })
		e := failure(t, newCache(t, cfg))
		if !errors.Is(e, emr.ErrLoginRequired) {
			t.Errorf("no refresh token yet: %v", e)
		}
		wantCount(t, srv, 0)
	})
}
