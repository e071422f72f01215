package nexhealth_test

import (
	"context"
	"log"
	"net/http"
	"os"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nexhealth"
)

// One Outcomes joins the handler and the client: AwaitWritten then ends with the webhook.
func ExampleNewWebhook() {
	outcomes := nexhealth.NewOutcomes(nexhealth.OutcomesConfig{})
	hook, err := nexhealth.NewWebhook(nexhealth.WebhookConfig{
		Secrets:  []auth.Secret{auth.NewSecret(os.Getenv("NEXHEALTH_WEBHOOK_SECRET"))},
		Outcomes: outcomes,
		Handle: func(_ context.Context, e nexhealth.Event) error {
			for _, c := range e.Changes() {
				if c.Kind == emr.ChangeAppointment && c.Appointment.Status == emr.StatusCancelled {
					log.Print("an appointment was cancelled") // and into a queue with it
				}
			}
			return nil
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	http.Handle("POST /hooks/nexhealth", hook)

	cfg, err := nexhealth.ConfigFromEnv()
	if err != nil {
		log.Fatal(err)
	}
	cfg.Outcomes = outcomes
	nx, err := nexhealth.New(cfg, nil)
	if err != nil {
		log.Fatal(err)
	}
	// Safe at each start: it uses the endpoint that is there.
	_, err = nx.EnsureWebhook(context.Background(), "https://app.example.com/hooks/nexhealth",
		nexhealth.AppointmentInsertion, nexhealth.AppointmentUpdated)
	if err != nil {
		log.Fatal(err)
	}
}
