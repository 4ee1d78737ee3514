"""The lab page, one module per panel: the panel's values, and the function that makes them of a moment.

A panel is a fragment: the template `lab/fragments/<name>.html`, the DOM id and the CSS class are its `name`, and
`revision` is the step that it shows, so that an older one never overwrites a newer one. The same bytes go to every
viewer. `moment` is what panels are made from, `scene` what they all need of it, `page` puts them together. Markup is
the templates', and nothing here decides about the protocol.
"""
