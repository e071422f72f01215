package clinicalimage_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"

	"github.com/emrkit/emrkit/medtech/clinicalimage"
)

func ExamplePrepare() {
	var file bytes.Buffer // what a browser or a phone sent
	_ = png.Encode(&file, image.NewGray(image.Rect(0, 0, 3200, 1600)))
	picture, err := clinicalimage.Prepare(context.Background(), &file, nil)
	if err != nil {
		fmt.Println(clinicalimage.KindOf(err), err)
		return
	}
	fmt.Println(picture.Format, picture.Width, picture.Height, picture.Size() <= clinicalimage.MediaBytes)
	_, err = clinicalimage.Prepare(context.Background(), bytes.NewReader([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic")), nil)
	fmt.Println(clinicalimage.KindOf(err))
	// Output:
	// image/png 1600 800 true
	// unsupported
}
