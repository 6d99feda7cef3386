package gui

import (
	"bytes"
	"html/template"
	"os"
	"path/filepath"
)

// galleryPage shows the pictures of a folder, a screen a row and a look a
// column. It needs nothing but the pictures: no script, no other file.
var galleryPage = template.Must(template.New("gallery").Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Hushwing: every screen in every state</title>
<style>
body { font-family: Inter, Cantarell, sans-serif; margin: 2em; background: #eceaf0; color: #222; }
h1 { font-size: 1.5em; }
nav { columns: 16em; font-size: 0.9em; }
nav a { display: block; color: inherit; }
section { margin-top: 2.5em; }
h2 { font-size: 1.1em; position: sticky; top: 0; left: 0; background: #eceaf0; padding: 0.4em 0; margin: 0; }
div { display: flex; gap: 16px; overflow-x: auto; align-items: flex-end; }
figure { margin: 0; }
figcaption { font-size: 0.8em; padding: 0.3em 0; }
img { height: 340px; border-radius: 8px; box-shadow: 0 1px 6px #0004; display: block; }
</style>
</head>
<body>
<h1>Hushwing: {{len .}} screens</h1>
<nav>
{{range .}}<a href="#{{.Name}}">{{.Name}}</a>
{{end}}</nav>
{{range .}}<section id="{{.Name}}">
<h2>{{.Name}}</h2>
<div>
{{range .Pictures}}<figure><figcaption>{{.Words}}</figcaption><a href="{{.File}}"><img src="{{.File}}" alt="{{.Name}}, {{.Words}}" loading="lazy"></a></figure>
{{end}}</div>
</section>
{{end}}</body>
</html>
`))

type galleryPicture struct{ File, Name, Words string }

type galleryRow struct {
	Name     string
	Pictures []galleryPicture
}

// writeGallery writes the page for the pictures that are in dir.
func writeGallery(dir string, list []scene) error {
	var rows []galleryRow
	for _, sc := range list {
		row := galleryRow{Name: sc.name}
		for _, l := range looks {
			file := l.name + "/" + sc.name + ".png"
			if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(file))); err == nil {
				row.Pictures = append(row.Pictures, galleryPicture{file, sc.name, l.words})
			}
		}
		if len(row.Pictures) > 0 {
			rows = append(rows, row)
		}
	}
	var page bytes.Buffer
	if err := galleryPage.Execute(&page, rows); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "index.html"), page.Bytes(), 0o600)
}
