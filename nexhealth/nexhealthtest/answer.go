package nexhealthtest

import (
	"slices"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// planned is an answer in place of the endpoint's own.
type planned struct {
	step   emrtest.Step
	status int
	texts  []string
}

// AnswerNext answers the next data call of that step with status and these texts in
// error; nothing is done. A status of 200 to 299 makes it the failure inside of a
// success: code is false. emrtest.StepAny is any data call.
func (s *Sim) AnswerNext(step emrtest.Step, status int, texts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.planned = append(s.planned, planned{step: step, status: status, texts: slices.Clone(texts)})
}

// answerPlanned is the answer that AnswerNext ordered for this call, nil for none.
func (q *query) answerPlanned() *simserver.Reply {
	s := q.sim
	step := s.stepOf(q.Call)
	at := slices.IndexFunc(s.planned, func(p planned) bool { return p.step == emrtest.StepAny || p.step == step })
	if at < 0 {
		return nil
	}
	p := s.planned[at]
	s.planned = slices.Delete(s.planned, at, at+1)
	return q.fail(p.status, p.texts...)
}
