// Package emrtest tests code that uses emr, and drivers that implement it.
//
// # For applications
//
// [NewMemory] is a clinic in memory behind the [emr.Driver] interface: give it to
// emr.NewClient in unit tests. It does everything a driver can do, and on request
// fails, loses the answer of a write, or lacks a capability:
//
//	m := emrtest.NewMemory(&emrtest.MemoryOptions{Seeded: true})
//	c := emr.NewClient(m, nil)
//	m.LoseReply(emrtest.OpBook) // the booking is made, its answer is lost
//
// # For drivers
//
// [Run] is the conformance suite: every sentence of the driver contract is a
// sub-test. [Contract] lists the sentences. A capability is declared and tested, or
// undeclared and must be answered with kind unsupported and no request; the suite
// skips nothing else. [Wire] counts, loses and holds up the requests of an HTTP
// driver, [Sim] is what the project's simulators have in common:
//
//	func TestConformance(t *testing.T) {
//		emrtest.Run(t, emrtest.Harness{Bubble: true, Open: func(t testing.TB, o *emr.Options) *emrtest.Clinic {
//			sim := vendortest.New(t, &vendortest.Options{InMemory: true})
//			from := emr.Today(zone).AddDays(1)
//			c := &emrtest.Clinic{Zone: zone, Slots: emr.SlotQuery{From: from, To: from.AddDays(7)}}
//			emrtest.AttachSim(c, sim, o, sim.HTTPClient().Transport) // before the drivers: it sets o.HTTPClient
//			c.Driver, _ = vendor.New(sim.Config(), o)
//			wrong := sim.Config()
//			wrong.ClientSecret = "wrong"
//			c.Refused, _ = vendor.New(wrong, o)
//			return c
//		}})
//	}
//
// All people here are invented: see [People].
package emrtest
