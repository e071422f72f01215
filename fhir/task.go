package fhir

// Task is something that somebody is to do (R4).
type Task struct {
	node
	ID              string
	Meta            Meta
	Contained       []Resource
	Extension       []Extension
	Identifier      []Identifier
	BasedOn         []Reference
	GroupIdentifier Identifier
	PartOf          []Reference
	Status          string // draft, requested, received, accepted, rejected, ready, cancelled, in-progress, on-hold, failed, completed, entered-in-error
	StatusReason    CodeableConcept
	BusinessStatus  CodeableConcept
	Intent          string // unknown, proposal, plan, order, original-order, reflex-order, filler-order, instance-order, option
	Priority        string // routine, urgent, asap, stat
	Code            CodeableConcept
	Description     string
	Focus           Reference
	For             Reference // whom it is about
	Encounter       Reference
	ExecutionPeriod Period
	AuthoredOn      DateTime
	LastModified    DateTime
	Requester       Reference
	PerformerType   []CodeableConcept
	Owner           Reference // who is to do it
	Location        Reference
	ReasonCode      CodeableConcept
	ReasonReference Reference
	Restriction     TaskRestriction
}

// ResourceType returns "Task".
func (*Task) ResourceType() string { return "Task" }

// ResourceID returns the id.
func (x *Task) ResourceID() string { return x.ID }

func (x *Task) decode(c *cursor) {
	for o := c.object("Task", &x.node); o.next(); {
		switch o.key {
		case "identifier":
			list(c, &x.Identifier)
		case "basedOn":
			list(c, &x.BasedOn)
		case "groupIdentifier":
			x.GroupIdentifier.decode(c)
		case "partOf":
			list(c, &x.PartOf)
		case "status":
			c.text(&x.Status)
		case "statusReason":
			x.StatusReason.decode(c)
		case "businessStatus":
			x.BusinessStatus.decode(c)
		case "intent":
			c.text(&x.Intent)
		case "priority":
			c.text(&x.Priority)
		case "code":
			x.Code.decode(c)
		case "description":
			c.text(&x.Description)
		case "focus":
			x.Focus.decode(c)
		case "for":
			x.For.decode(c)
		case "encounter":
			x.Encounter.decode(c)
		case "executionPeriod":
			x.ExecutionPeriod.decode(c)
		case "authoredOn":
			c.text((*string)(&x.AuthoredOn))
		case "lastModified":
			c.text((*string)(&x.LastModified))
		case "requester":
			x.Requester.decode(c)
		case "performerType":
			list(c, &x.PerformerType)
		case "owner":
			x.Owner.decode(c)
		case "location":
			x.Location.decode(c)
		case "reasonCode":
			x.ReasonCode.decode(c)
		case "reasonReference":
			x.ReasonReference.decode(c)
		case "restriction":
			x.Restriction.decode(c)
		default:
			c.head(o.key, &x.ID, &x.Meta, &x.Contained, &x.Extension)
		}
	}
}

func (x *Task) encode(w *writer) {
	w.head("Task", x.ID, &x.Meta, x.Contained, x.Extension)
	writeList(w, "identifier", x.Identifier)
	writeList(w, "basedOn", x.BasedOn)
	w.part("groupIdentifier", &x.GroupIdentifier)
	writeList(w, "partOf", x.PartOf)
	w.text("status", x.Status)
	w.part("statusReason", &x.StatusReason)
	w.part("businessStatus", &x.BusinessStatus)
	w.text("intent", x.Intent)
	w.text("priority", x.Priority)
	w.part("code", &x.Code)
	w.text("description", x.Description)
	w.part("focus", &x.Focus)
	w.part("for", &x.For)
	w.part("encounter", &x.Encounter)
	w.part("executionPeriod", &x.ExecutionPeriod)
	w.text("authoredOn", string(x.AuthoredOn))
	w.text("lastModified", string(x.LastModified))
	w.part("requester", &x.Requester)
	writeList(w, "performerType", x.PerformerType)
	w.part("owner", &x.Owner)
	w.part("location", &x.Location)
	w.part("reasonCode", &x.ReasonCode)
	w.part("reasonReference", &x.ReasonReference)
	w.part("restriction", &x.Restriction)
}

// TaskRestriction limits what is to be done: the end of its period is when it is due.
type TaskRestriction struct {
	node
	Repetitions int64
	Period      Period
	Recipient   []Reference
}

func (x *TaskRestriction) decode(c *cursor) {
	for o := c.object("TaskRestriction", &x.node); o.next(); {
		switch o.key {
		case "repetitions":
			c.integer(&x.Repetitions)
		case "period":
			x.Period.decode(c)
		case "recipient":
			list(c, &x.Recipient)
		default:
			c.skip()
		}
	}
}

func (x *TaskRestriction) encode(w *writer) {
	w.integer("repetitions", x.Repetitions)
	w.part("period", &x.Period)
	writeList(w, "recipient", x.Recipient)
}
