"""The explorer: the node code of the lab, run through every interleaving within bounds. Pure.

This page is the theory; each module says how its part of it is done.

**What is searched.** A *world* (`nodes.protocol.world`) is all nodes, the messages in flight and the timers. What can
happen in it are *moves*: a message is delivered, in its order or out of it as a fault; a message is lost or copied; a
timer expires whose message was lost; a node is given a command. Commands and faults are counted down from *bounds*,
and what is left of them is part of the world, so that the worlds that can be reached are finitely many. A search goes
breadth first from the first world. So the first violation of a property that it meets is one with the fewest steps,
and if it meets none before nothing new is found, there is none within the bounds: that is what "holds" means here.

**Packed worlds.** A search keeps millions of worlds, of which most parts are equal. So each *part* (a node with its
timers, the queue of a link, what is left of a bound, the history that a property needs) numbers the values that came
up in it, and a world is one integer in which each part has its own bits (`fields`, `space`). Two worlds are equal
exactly if their integers are: a number stands for one value, and what no part holds (message numbers, who is shown)
has no say in what happens. An example, with a UE and the link to its MME:

    >>> from nodes.explorer.fields import Part
    >>> uplink, ue = Part(()), Part("detached")
    >>> end = ue.bits.place(uplink.bits.place(0))      # ten bits each: the link has the lower ones
    >>> first = 0                                      # every part has its first value, whose number is 0
    >>> attaching = ue.put(uplink.put(first, ("Attach Request",)), "attaching")
    >>> attaching == (1 << 10) + 1                     # the second value of each
    True
    >>> uplink.of(attaching), ue.of(attaching)
    (('Attach Request',), 'attaching')

If a part needs more bits than it has, or a new part comes up, all bits are laid out anew and the search begins again
with the numbers it has (`Relayout`). That happens a few times, early.

**Moves on packed worlds.** A node's handler sees the node's state and one message; it cannot see the rest of the
world. So what a move does depends on a few parts only, its *mask*, and changes no others: where these bits are equal
the change of the integer is equal too. The handler is asked once for each value of them (`reactions`), the difference
of the two integers is kept, and every later time the move is one look-up and one addition (`moves`). This is exact:
nothing is approximated, and the node code is the lab's own. In the example above the move *attach* reads both parts;
it is the addition of 1,025 wherever the UE is detached and the link is empty.

**Properties.** The lab's own functions judge (`judge`). A property that a world shows is asked once for each value of
the parts that it reads; one that a step shows is asked for what the move has told. What a property needs of the past
is a part of the world like any other, and forgets what can matter no more (`trackers`), for what is kept needlessly
makes one world two.

**What is left out.** Some commands cannot matter to some properties; `reduction` leaves them out, with an argument
for each rule, and `schedule` asks P4's request in the first place that shows all it can show. Tests search with and
without them and compare verdicts and lengths.

**The way back.** A search keeps for each world only the one that it was first reached from. The counterexample is
found by going back along these, and trying at each which move led there; `retrace` makes a trace of it that a lab
opens. P7, that every world has a way to IN SYNC, is answered backwards over all that was found (`recovery`).

All together, for one cell of the matrix:

    >>> from nodes.explorer.explore import explore
    >>> from nodes.explorer.matrix import Search
    >>> from nodes.explorer.questions import Network, Question
    >>> from nodes.protocol.options import Solution
    >>> from nodes.protocol.properties.catalogue import PropertyID
    >>> (answer,) = explore(Search((Question(PropertyID.P1, Solution.PULL, Network.ORDERED),)))
    >>> answer.verdict.value, answer.states, answer.depth
    ('holds', 44, 23)
"""
