"""Tell a result: page, figures, terminal, files. `base` says what a report needs; `folder` writes them all."""
