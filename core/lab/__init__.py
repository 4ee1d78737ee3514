"""The lab page, one module per panel: the panel's values, and the function that makes them of a moment.

A panel is a fragment: the template `lab/fragments/<name>.html`, the DOM id and the CSS class are its `name`. It may
have parts, which are sent without it where nothing else of it has changed. The same octets go to every viewer; the
page has the lab's revision, so that what is older never overwrites it. `moment` is what panels are made from, `scene`
what they all need of it, `page` puts them together, `printing` prints them. Markup is the templates', and nothing here
decides about the protocol.
"""
