"""Messages as octets, and octets explained: NAS, Diameter, GTPv2-C, HTTP, and the application leg. Pure.

Octets come from declarative tables, and a reader walks the same tables over the octets: so what is said of an octet is
read from it. `wire` encodes and explains a message of a lab; `nas`, `diameter` and `http` also read octets of others.
Any octets decode or raise `DecodeError`, which says where and what. What no specification defines says so.
"""
