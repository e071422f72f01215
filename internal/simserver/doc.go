// Package simserver is what the vendors' simulators share. It knows no vendor:
//
//   - [Server]: listeners on loopback sockets or in memory, the log of what arrived, rule
//     violations, the rate count, faults, and a Close that leaves nothing running
//   - [Tokens]: an OAuth token endpoint with client credentials, password and refresh
//     grants, rotation and revocation
//   - [Clinic]: locations, practitioners and their hours, patients, appointments; free
//     slots are working hours minus live appointments, so a booked slot disappears
//   - [Clock]: a clock that can be set
//
// A vendor's simulator tells a Server how to classify and answer requests ([Host]) and
// dresses clinic data in the vendor's JSON.
//
// Everything works inside a testing/synctest bubble when the Server is in memory.
package simserver
