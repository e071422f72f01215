package nextgentest

import (
	"slices"
	"strings"
	"testing"
)

func TestANextLinkNamesTheInternalServerAndRepeatsTheQuery(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	r := b.get("/master/list-items?" + where("isDeleted eq false") + "&$top=5&$orderby=order%20desc&$inlinecount=allpages")
	link, _ := r.json["nextPageLink"].(string)
	if !strings.HasPrefix(link, b.sim.trap+"/HOST01-VM009.SimClinic/NextGen.Api.Edge/"+version+"/api/master/list-items?") || r.json["count"] != 30.0 {
		t.Errorf("%s, %v", link, r.json["count"])
	}
	if want := "$filter=isDeleted+eq+false&$inlinecount=allpages&$orderby=order+desc&$skip=5&$top=5"; r.next() != want {
		t.Errorf("%s", r.next())
	}
	names := []string{}
	for {
		for _, row := range r.rows() {
			names = append(names, str(row, "id"))
		}
		if r.next() == "" {
			break
		}
		r = b.get("/master/list-items?" + r.next())
	}
	slices.Sort(names)
	if len(names) != 30 || len(slices.Compact(names)) != 30 {
		t.Errorf("%d rows", len(names))
	}
	if b.sim.TrapRequests() != 0 {
		t.Error("somebody asked the internal server")
	}
	b = open(t, func(o *Options) { o.InternalLinks, o.MostTop = true, 3 })
	r = b.get("/master/list-items?$top=1000")
	if link, _ = r.json["nextPageLink"].(string); !strings.HasPrefix(link, "http://127.0.0.1:889/HOST01") || len(r.rows()) != 3 {
		t.Errorf("%d rows, %s", len(r.rows()), link)
	}
}

func TestWhoFollowsTheNextLinkIsSeen(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	b.sim.ExpectViolation("a link to another host was followed")
	link, _ := b.get("/master/events").json["nextPageLink"].(string)
	req := b.request("GET", "", nil)
	req.URL.Host, req.URL.Path = strings.TrimPrefix(strings.Split(link, "/HOST")[0], "http://"), "/HOST01"
	if r := b.sent(req); r.status != 404 || b.sim.TrapRequests() != 1 {
		t.Errorf("%d, %d", r.status, b.sim.TrapRequests())
	}
}

func TestListsTakeOnlyGoodNumbersAndFields(t *testing.T) {
	t.Parallel()
	for query, violation := range map[string]string{
		"$top=0": "$top", "$top=x": "$top", "$skip=-1": "$skip", "$orderby=shoeSize": "$orderby", "$orderby=name%20up": "$orderby", "$filter=%27": "cannot be read",
	} {
		b := open(t, nil)
		b.sim.ExpectViolation(violation)
		if r := b.do("GET", "/master/events?"+query, nil); r.status != 400 || !strings.Contains(r.body, "not valid") {
			t.Errorf("%s: %d %s", query, r.status, r.body)
		}
	}
	b := open(t, nil)
	if r := b.get("/master/events?$skip=1000"); len(r.rows()) != 0 || r.next() != "" || r.json["count"] != nil {
		t.Errorf("%s", r.body)
	}
	rows := b.get("/master/events?$top=400&$orderby=duration%20desc,name").rows()
	for i := 1; i < len(rows); i++ {
		x, y := rows[i-1]["duration"].(float64), rows[i]["duration"].(float64)
		if x < y || x == y && str(rows[i-1], "name") > str(rows[i], "name") {
			t.Errorf("%v before %v", rows[i-1], rows[i])
		}
	}
}

func TestNamesAndAbsentValuesAreWrittenInOtherWaysByOption(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.Pascal, o.Envelope = true, true })
	r := b.get("/providers?$top=2")
	items, _ := r.json["Items"].([]any)
	if len(items) != 2 || items[0].(map[string]any)["LastName"] != "Okafor" || r.json["NextPageLink"] == nil || strings.Contains(r.body, `"items"`) {
		t.Errorf("%s", r.body)
	}
	if r := b.get("/persons/lookup?lastName=Roy"); !strings.HasPrefix(r.body, "[{") || !strings.Contains(r.body, `"EmailAddress":"person42@example.com"`) {
		t.Errorf("%s", r.body)
	}
	if r := b.do("POST", "/appointments/availability", b.search()); !strings.Contains(r.body, `"Items":[{`) || !strings.Contains(r.body, `"AppointmentDateTime":"`+tenAM) {
		t.Errorf("%.300s", r.body)
	}
	b = open(t, func(o *Options) { o.RotateAbsent = true })
	seen := map[any]bool{}
	for range 4 {
		for _, row := range b.get("/resources").rows() {
			if n := str(row, "resourceDisplayName"); n == "Nurse" || n == "X Ray" {
				seen[row["providerId"]] = true
			}
		}
	}
	if !seen[nil] || !seen[""] || !seen[zeroGUID] {
		t.Errorf("absent is %v", seen)
	}
}
