package medtech

import (
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func TestNHI_checkCharacters(t *testing.T) {
	t.Parallel()
	for number, f := range map[string]NHIFormat{
		"ZZZ0016": NHIOld, "ZAC5361": NHIOld, "WER4568": NHIOld, "PRP1660": NHIOld, " zzz0016 ": NHIOld,
		"ZZZ00AC": NHINew, "ZBN77VL": NHINew, "ZVU27KE": NHINew, "ABC12AY": NHINew, "zbn77vl": NHINew,
	} {
		if !ValidNHI(number) || NHIFormatOf(number) != f {
			t.Errorf("%s: valid %v, form %q", number, ValidNHI(number), NHIFormatOf(number))
		}
	}
	for _, number := range []string{
		"ZZZ0044", "ZZZ00AA", "ABC2345", "ABC2356", "AAB2456", "AAC9766", "M001007", "X000308", "",
		"ZZZ001", "ZZZ00166", "ZZI0016", "ZZO0016", "1ZZ0016", "ZZZ0A16", "ZZZ001A", "ŽZZ0016", "ZZZ00１",
	} {
		if ValidNHI(number) {
			t.Errorf("%q is taken for valid", number)
		}
	}
	if !IsTestNHI("zzz0016") || IsTestNHI("WER4568") || IsTestNHI("Z") {
		t.Error("test numbers begin with Z")
	}
}

func TestNHI_strictIsOptIn(t *testing.T) {
	t.Parallel()
	q := emr.PatientQuery{Identifier: emr.Identifier{Value: emr.NewPHI("AAB2456")}}
	c, w := connect(t, nil, reply{body: bundle()})
	if _, err := (parts{c}).FindPatients(t.Context(), q, ""); err != nil || len(w.seen) != 1 {
		t.Errorf("%v, %d requests", err, len(w.seen))
	}
	c, w = connect(t, func(cfg *Config) { cfg.StrictNHI = true }, reply{body: bundle()})
	_, err := parts{c}.FindPatients(t.Context(), q, "")
	if e := wantError(t, err, emr.KindInvalid); len(w.seen)+w.tokens != 0 || e.Fields[0] != "identifier" {
		t.Errorf("%v, %d requests", err, len(w.seen))
	}
}
