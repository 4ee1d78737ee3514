"""Examples of `aka`, as its help prints them: each is a title, a command for the shell, and members of its answer."""

from typing import Final

EXAMPLES: Final = """\
examples:
  1. What a captured AUTN holds, and whether its MAC is right:
    python manage.py aka --algorithm milenage --k 8baf473f2f8fd09487cccbd7097c6862 \\
      --opc 8e27b6af0e692e750f32667a3b14605d --rand "RAND value: f08002c1391e7d337dfd7c0abc4c6b74" \\
      --autn "AUTN value: 55eaf010234b8000611f74ac336a3668"
    gives "sqn": "000000000020", "sqn_decimal": 32, "seq": 1, "ind": 0, "amf": "8000", "mac_ok": true

  2. Why its MAC is wrong:
    python manage.py aka --algorithm milenage --k 8baf473f2f8fd09487cccbd7097c6862 \\
      --op 8e27b6af0e692e750f32667a3b14605d --rand f08002c1391e7d337dfd7c0abc4c6b74 \\
      --autn 55eaf010234b8000611f74ac336a3668
    gives "mac_ok": false, "hint": "MAC-A is right when the value given as --op is an OPc (give it as --opc)."

  3. A challenge whose SQN was printed in decimal; K comes from standard input:
    echo "8baf473f 2f8fd094 87cccbd7 097c6862" | python manage.py aka --algorithm milenage --k - \\
      --op 11111111111111111111111111111111 --rand 00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f \\
      --sqn-decimal 7351 --amf 0x8000
    gives "sqn": "000000001cb7", "autn": "6fbfa3801f5780007bde59886e96e4fe", "auts": "3810e6cde29fdd7f7b7a7cf5bc60"

  4. What a captured AUTS holds (SQN_MS), and whether its MAC is right:
    python manage.py aka --algorithm milenage --k 90dca4eda45b53cf0f12d7c9c3bc6a89 \\
      --opc cb9cccc4b9258e6dca4760379fb82581 --rand 9fddc72092c6ad036b6e464789315b78 \\
      --auts 4f2039392ddd4bb4316ed4a14688
    gives "sqn_ms": "000000000001", "mac_s_ok": true

  5. Keys below the K_ASME of a captured Authentication-Information-Answer, for EEA1 and EIA2:
    python manage.py aka --k-asme 20ef9bbac92eb8df51688ec5705dd7d720305fc321a6c513baed541433c354a8 \\
      --eea 1 --eia 2 --nas-count 0
    gives "k_nas_enc": "fce4309a8584e2b691b18a49d4410223", "k_nas_int": "52335f96e503f1e95837f14c2ba3d2cb",
      "k_enb": "aac0380c7840fa1cda0fbde37680b427179c761a589e46fc96afd659e57ed8aa"

  6. The K_ASME of a capture, from its RAND, its AUTN and the network that asked for it:
    python manage.py aka --algorithm milenage --k 8baf473f2f8fd09487cccbd7097c6862 \\
      --opc 8e27b6af0e692e750f32667a3b14605d --rand f08002c1391e7d337dfd7c0abc4c6b74 \\
      --autn 55eaf010234b8000611f74ac336a3668 --plmn 302/999
    gives "mac_ok": true, "sn_id": "039299",
      "k_asme": "20ef9bbac92eb8df51688ec5705dd7d720305fc321a6c513baed541433c354a8"
"""
