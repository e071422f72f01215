package clinicalimage

import (
	"bytes"
	"fmt"
)

// checkPDF says how long the document is: to its last end mark. Without one it is cut off.
func checkPDF(data []byte) (int, bool) {
	const mark = "%%EOF"
	at := bytes.LastIndex(data, []byte(mark))
	if at < 0 {
		return 0, false
	}
	return at + len(mark), true
}

// pdfOverhead is more than all of a written PDF but its picture.
const pdfOverhead = 2048

// writePDF puts a JPEG on one page of A4, upright or across as the picture is, with a
// margin of 36 points. No date, no producer, no title: nothing but the picture.
func writePDF(jpeg []byte, width, height int, grey bool) []byte {
	pageW, pageH := 595.0, 842.0
	if width > height {
		pageW, pageH = pageH, pageW
	}
	const margin = 36
	scale := min((pageW-2*margin)/float64(width), (pageH-2*margin)/float64(height))
	w, h := float64(width)*scale, float64(height)*scale
	draw := fmt.Sprintf("q %.2f 0 0 %.2f %.2f %.2f cm /P Do Q", w, h, (pageW-w)/2, (pageH-h)/2)
	space := "/DeviceRGB"
	if grey {
		space = "/DeviceGray"
	}
	var out bytes.Buffer
	out.Grow(len(jpeg) + pdfOverhead)
	out.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	var at []int
	object := func(dictionary string, stream []byte) {
		at = append(at, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\n", len(at), dictionary)
		if stream != nil {
			out.WriteString("stream\n")
			out.Write(stream)
			out.WriteString("\nendstream\n")
		}
		out.WriteString("endobj\n")
	}
	object("<< /Type /Catalog /Pages 2 0 R >>", nil)
	object("<< /Type /Pages /Kids [3 0 R] /Count 1 >>", nil)
	object(fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %.0f %.0f] /Contents 4 0 R /Resources << /XObject << /P 5 0 R >> >> >>", pageW, pageH), nil)
	object(fmt.Sprintf("<< /Length %d >>", len(draw)), []byte(draw))
	object(fmt.Sprintf("<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace %s /BitsPerComponent 8 /Filter /DCTDecode /Length %d >>",
		width, height, space, len(jpeg)), jpeg)
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&out, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return out.Bytes()
}
