package medtech

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
)

// StoreImage puts a picture or PDF into a patient's record, and after it the message and
// the task that go with it.
//
// It looks first for an earlier copy, by the image's identifier among those of the patient,
// and takes it for the result: so StoreImage may be called again after any failure. The
// image is sent once. When the reply is lost, it is looked for again; it is never sent a
// second time. All writes of one call carry one mt-correlationid, Stored.RequestID, or
// that of emr.WithCorrelationID; reading ones have their own.
//
// When the image is stored and a later step failed, Stored comes together with an error of
// kind partial: Fields says which (message, task, read-back), errors.As finds the cause.
// Store the image again to do what is missing.
//
// Content is rewound to where it was.
//
// Kinds: invalid (Fields says what; nothing was sent), too_large (also before anything is
// sent), partial, ambiguous (the image was sent, no reply came, and it was not found: look
// into the Inbox, or store it again later), permission, config (facility) and those of any
// call. Source: the recorded answer of POST /Media, and the scanned document profile.
func (c *Client) StoreImage(ctx context.Context, image *Image) (*Stored, error) {
	i, bad := c.checkImage(opStoreImage, image)
	if bad != nil {
		return nil, bad
	}
	start := int64(0)
	if i.Content != nil {
		var err error
		if start, err = i.Content.Seek(0, io.SeekCurrent); err != nil {
			return nil, invalid(opStoreImage, "the content cannot be read or rewound: give a file or a bytes.Reader", "content")
		}
		defer func() { _, _ = i.Content.Seek(start, io.SeekStart) }() // so that the image can be stored again
	}
	message, task, bad := c.companions(i)
	if bad != nil {
		return nil, bad
	}
	body, size, bad := c.fileBody(opStoreImage, i)
	if bad != nil {
		return nil, bad
	}
	if _, bad := c.facility(ctx, opStoreImage); bad != nil {
		return nil, bad
	}
	commit := oneCommit(ctx)
	stored := &Stored{RequestID: emr.ChosenCorrelationID(commit)}
	r := c.imageRecord(opStoreImage, i)
	id, err := c.earlier(ctx, r)
	if err != nil {
		return nil, err
	}
	stored.Earlier = id != ""
	if id == "" {
		id, err = c.write(ctx, commit, r, func(post *transport.Call) error {
			post.Body, post.BodySize, post.ContentType = body, size, mediaType
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if i.Folder == FolderScan {
		stored.DocumentID = emr.NewDocumentID(id)
	} else {
		stored.MediaID = emr.NewID[StoredImage](id)
	}
	return stored, c.after(ctx, commit, i, start, stored, message, task)
}

// after does what comes behind the image. Every step is tried.
func (c *Client) after(ctx, commit context.Context, i *Image, start int64, stored *Stored, message *Message, task *Task) error {
	var failed []error
	var fields []string
	missing := func(field string, err error) {
		if err != nil {
			failed, fields = append(failed, err), append(fields, field)
		}
	}
	if i.ReadBack {
		err := c.readBack(ctx, i, start, stored)
		stored.Verified = err == nil
		missing("read-back", err)
	}
	if message != nil {
		id, err := c.companion(ctx, commit, stored.Earlier, c.messageRecord(message), c.messageOf(message))
		stored.MessageID = emr.NewID[Message](id)
		missing("message", err)
	}
	if task != nil {
		id, err := c.companion(ctx, commit, stored.Earlier, c.taskRecord(task), c.taskOf(task))
		stored.TaskID = emr.NewID[Task](id)
		missing("task", err)
	}
	if len(failed) == 0 {
		return nil
	}
	return c.marked(&emr.Error{
		Kind: emr.KindPartial, Vendor: vendor, Name: c.name, Environment: c.cfg.Environment, Op: opStoreImage, RequestID: stored.RequestID,
		Fields: fields, Err: errors.Join(failed...),
		Hint: "the image is in the record, and what Fields names is not, or not surely: store it again with the same identifier, which does only what is missing",
	})
}

// companion writes the message or task of an image. Where the image was there already,
// so may it be.
func (c *Client) companion(ctx, commit context.Context, look bool, r *record, body fhir.Resource) (string, error) {
	if look {
		if id, err := c.earlier(ctx, r); err != nil || id != "" {
			return id, err
		}
	}
	return c.write(ctx, commit, r, encoded(body))
}

// companions are the message and the task of an image, with their blanks filled in.
func (c *Client) companions(i *Image) (*Message, *Task, *emr.Error) {
	var message *Message
	var task *Task
	from := cmp.Or(i.Operator, c.cfg.Images.Author)
	if i.Message != nil {
		m := *i.Message
		if m.Patient == nil {
			m.Patient = i.Patient
		}
		m.Identifier, m.Sender = cmp.Or(m.Identifier, i.Identifier+"-message"), cmp.Or(m.Sender, from)
		filled, bad := c.checkMessage(opStoreImage, &m)
		if bad != nil {
			return nil, nil, bad
		}
		message = filled
	}
	if i.Task != nil {
		t := *i.Task
		if t.Patient == nil {
			t.Patient = i.Patient
		}
		t.Identifier, t.Requester = cmp.Or(t.Identifier, i.Identifier+"-task"), cmp.Or(t.Requester, from)
		filled, bad := c.checkTask(opStoreImage, &t)
		if bad != nil {
			return nil, nil, bad
		}
		task = filled
	}
	return message, task, nil
}

// imageRecord is how an image is found again. That scans can be searched is a guess: the
// guide has it for notes and letters.
func (c *Client) imageRecord(op string, i *Image) *record {
	if i.Folder == FolderScan {
		return &record{op: op, findOp: opListDocuments, resource: "DocumentReference", category: CategoryScan,
			identifier: i.Identifier, patient: i.Patient, guess: true}
	}
	return &record{op: op, findOp: opFindImages, resource: "Media", identifier: i.Identifier, patient: i.Patient}
}

// readBack reads what was stored and compares the identifier, and the bytes where ALEX
// gives them back.
func (c *Client) readBack(ctx context.Context, i *Image, start int64, stored *Stored) error {
	r := c.imageRecord(opFindImages, i)
	id := cmp.Or(stored.MediaID.Reveal(), stored.DocumentID.Reveal())
	get, err := c.call(opFindImages, http.MethodGet, r.resource, id)
	if err != nil {
		return err
	}
	get.Patient, get.MaxResponse = i.Patient.ID, contentLimit
	answer, err := c.do(ctx, get)
	if err != nil {
		return err
	}
	one, err := fhir.DecodeAny(answer.Body, decoding)
	if err != nil || one.ResourceType() != r.resource {
		return c.unreadable(get, answer, err)
	}
	var file fhir.Attachment
	switch one := one.(type) {
	case *fhir.Media:
		file = one.Content
	case *fhir.DocumentReference:
		if len(one.Content) > 0 {
			file = one.Content[0].Attachment
		}
	}
	data, err := file.Bytes()
	if err != nil || !c.isOwn(identifiersOf(one), i.Identifier) || len(data) > 0 && i.Content != nil && !sameBytes(i.Content, start, data) {
		return c.failure(get, answer, emr.KindProtocol, "what is stored is not what was sent: look at it in the Inbox")
	}
	return nil
}

// sameBytes compares content, from start on, with data.
func sameBytes(content io.ReadSeeker, start int64, data []byte) bool {
	if _, err := content.Seek(start, io.SeekStart); err != nil {
		return false
	}
	page := make([]byte, 32<<10)
	for {
		n, err := content.Read(page)
		if n > len(data) || !bytes.Equal(page[:n], data[:n]) {
			return false
		}
		data = data[n:]
		if err != nil {
			return errors.Is(err, io.EOF) && len(data) == 0
		}
	}
}

// encoded gives a call the resource as its body.
func encoded(r fhir.Resource) func(*transport.Call) error {
	return func(post *transport.Call) error {
		data, err := fhir.Encode(r, decoding)
		if err != nil {
			return invalid(post.Op, "a value cannot be written: a text is not UTF-8")
		}
		post.Body, post.BodySize, post.ContentType = bytes.NewReader(data), int64(len(data)), mediaType
		return nil
	}
}
