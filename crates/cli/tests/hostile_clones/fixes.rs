//! Fixes leave a text in the encoding that it had.

use crate::world::World;

#[test]
fn no_fix_moves_a_line_that_declares_the_encoding() {
    let body = "x = \"é\"\nprint(ascii(x))\n";
    let cases = [
        // Two imports above: it would begin to count.
        format!("import os\nimport sys\n# -*- coding: latin-1 -*-\n{body}"),
        // Another way to write it.
        format!("import os\nimport sys\n# vim: set fileencoding=cp1252 :\n{body}"),
        // One import, and a comment that stays.
        format!("# first\nimport os\n# coding: latin-1\n{body}"),
        // A blank line is no line of code either.
        format!("import os\n\n# coding: latin-1\n{body}"),
    ];
    for before in cases {
        let world = World::new();
        world.write("project/m.py", &before);
        for words in ["check --fix", "check --fix --unsafe-fixes", "check --fix", "check --add-suppressions"]
        {
            world.run(words);
            let after = world.read("project/m.py");
            let declares = |text: &str| {
                let mut lines =
                    text.lines().take(2).take_while(|line| line.is_empty() || line.starts_with('#'));
                lines.any(|line| line.contains("coding"))
            };
            assert!(!declares(&after), "{words}: {before:?} became {after:?}");
        }
    }
}

#[test]
fn fixes_go_on_where_the_encoding_stays() {
    let cases = [
        ("# coding: utf-8\nimport os\nx = 1\n", "# coding: utf-8\nx = 1\n"),
        ("import os\nimport sys\n# what follows\nx = 1\n", "# what follows\nx = 1\n"),
        (
            "# coding: utf-8\nimport os\n# coding: latin-1\nx = 1\n",
            "# coding: utf-8\n# coding: latin-1\nx = 1\n",
        ),
        ("import os\nx = 1\n# coding: latin-1\n", "x = 1\n# coding: latin-1\n"),
    ];
    for (before, after) in cases {
        let world = World::new();
        world.write("project/m.py", before);
        world.run("check --fix");
        assert_eq!(world.read("project/m.py"), after, "{before:?}");
    }
}
