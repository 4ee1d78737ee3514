/* Solutions 11 and 12 as a model for SPIN, written by hand beside the node code: an independent count and verdict.

One UE, MME and AS. Every delivery and every command is one d_step, as it is one step of the explorer, so both have the
same states as long as the network is reliable and in order on each link: nothing expires, nothing is lost.

An AV, with all that is derived from it, is its number; so are a GUTI, a push and a request. What is a function of the
rest is left out: timers, eKSI, SQN, the statuses of AVs. What is 0 is not there.

Set by -D: SOLUTION (11, 12), REAUTHENTICATIONS, REALLOCATIONS, SESSIONS (0, 1), KEY_REQUESTS, READINGS, COMMANDS.
RES_VERIFIED: the AV is active when RES is verified. LOWEST_FREE: M-TMSIs are used again.
P1, P1A, P2, P2Q, P3, P5, P6: the property that is asserted. For P2Q a state also has whether the open request was asked
in quiet.
*/

#ifndef SOLUTION
#define SOLUTION 12
#endif
#ifndef REAUTHENTICATIONS
#define REAUTHENTICATIONS 2
#endif
#ifndef REALLOCATIONS
#define REALLOCATIONS 1
#endif
#ifndef SESSIONS
#define SESSIONS 1
#endif
#ifndef KEY_REQUESTS
#define KEY_REQUESTS 2
#endif
#ifndef READINGS
#define READINGS 0
#endif
#ifndef COMMANDS
#define COMMANDS 0
#endif

#ifdef LOWEST_FREE
#define NEXT_GUTI (3 - guti)
#else
#define NEXT_GUTI (guti + 1)
#endif
#define VECTORS_PER_REQUEST 3
#define MOST_PUSHES (1 + REAUTHENTICATIONS + REALLOCATIONS)
#define MOST_BATCHES (1 + REAUTHENTICATIONS / VECTORS_PER_REQUEST)
#define MOST_REQUESTS (SESSIONS + KEY_REQUESTS + READINGS)

mtype = {
	/* UE to MME and back */
	ATTACH_REQUEST, AUTHENTICATION_RESPONSE, SECURITY_MODE_COMPLETE, ATTACH_COMPLETE, GUTI_REALLOCATION_COMPLETE,
	AUTHENTICATION_REQUEST, SECURITY_MODE_COMMAND, ATTACH_ACCEPT, GUTI_REALLOCATION_COMMAND,
	/* to and from the SCEF */
	KEYS_PUSH, ACTIVE_PUSH, PUSH_ANSWER, KEY_REQUEST, KEY_ANSWER,
	/* UE to AS and back */
	OPEN_SESSION, PROTECTED,
	/* results of a key request */
	OK, GUTI_UNKNOWN, NO_KEY_YET,
	/* phases of the UE */
	DEREGISTERED, REGISTERED_INITIATED, REGISTERED,
	/* stages of the MME's procedure; IDLE: none runs */
	NO_CONTEXT, VECTORS, AUTHENTICATION, SECURITY_MODE, ACCEPTED, REALLOCATION, IDLE
};

/* Links. NAS: kind; AV or GUTI; AV of the security context that protects it; NAS COUNT. */
chan ue_mme = [1] of { mtype, byte, byte, byte };
chan mme_ue = [1] of { mtype, byte, byte, byte };
/* S6a: number of the request. */
chan mme_hss = [1] of { byte };
chan hss_mme = [1] of { byte };
/* Pushes: kind; number; AV; GUTI. Key requests of solution 11 go the other way. */
chan hss_scef = [MOST_BATCHES] of { byte };
chan scef_hss = [MOST_BATCHES] of { byte };
#if SOLUTION == 12
chan mme_scef = [MOST_PUSHES] of { byte, byte, byte };
chan scef_mme = [MOST_PUSHES] of { byte };
#else
/* Number, result, AV; number, GUTI. */
chan mme_scef = [MOST_REQUESTS + 1] of { byte, mtype, byte };
chan scef_mme = [MOST_REQUESTS + 1] of { byte, byte };
#endif
/* Northbound: number, GUTI; number, result, AV. */
chan as_scef = [MOST_REQUESTS + 1] of { byte, byte };
chan scef_as = [MOST_REQUESTS + 1] of { byte, mtype, byte };
/* Application messages: kind; counter; AV of the K_APP. OPEN_SESSION: its GUTI. */
chan ue_as = [SESSIONS + READINGS + 1] of { mtype, byte, byte };
chan as_ue = [COMMANDS + 1] of { byte, byte };

/* What there may still be of each command. */
byte attaches = 1;
byte reauthentications = REAUTHENTICATIONS;
byte reallocations = REALLOCATIONS;
byte sessions = SESSIONS;
byte key_requests = KEY_REQUESTS;
byte readings = READINGS;
byte commands = COMMANDS;

/* One end of an application session: counters by AV, the one used last at the end; what was seen, in its order. */
#define MOST_AVS (1 + REAUTHENTICATIONS)
typedef Leg {
	byte use_av[MOST_AVS];
	byte use_next[MOST_AVS];
	byte seen_av[READINGS + COMMANDS + 1];
	byte seen_counter[READINGS + COMMANDS + 1];
	byte opened;
	byte failed;
};

/* UE. The partial security context is `new`; the current one has its NAS COUNTs. */
mtype ue_phase = DEREGISTERED;
byte ue_guti, ue_av, ue_uplink, ue_downlink, ue_new, ue_session_guti;
#if READINGS + COMMANDS
Leg ue_leg;
#endif

/* MME: its context of the UE, and counters. */
mtype stage = NO_CONTEXT;
bool is_attach, registered;
byte guti, old_guti, av, uplink, downlink, new_av, active_av, vectors, requests;
byte pushes, push, push_av, push_guti;

/* HSS: answers given; open pushes, a bit each. */
byte answers, open_keys_pushes;

/* SCEF: pushes of pairs that came, and the record (12); open transactions, a bit each (11). */
byte batches, scef_active, scef_guti, parked;
#if MOST_REQUESTS < 8
byte transactions;
#else
short transactions;
#endif

/* AS: its session. */
mtype last_result;
byte session_guti, held_av, asked, open_request;
bool asked_again;
#if READINGS + COMMANDS
Leg as_leg;
#endif

#ifdef P2Q
bool is_quiet;
#endif

/* Of one step only: 0 again at its end. */
mtype kind, result;
byte value, context, count, number, place;
bool was_quiet, wrong, unopened, is_new_request;

/* What the definitions speak of */

#define NAS_BUSY (ue_phase == REGISTERED_INITIATED || (stage != NO_CONTEXT && stage != IDLE) || \
	len(ue_mme) || len(mme_ue))
#define IN_FLIGHT (len(ue_mme) || len(mme_ue) || len(mme_hss) || len(hss_mme) || len(hss_scef) || len(scef_hss) || \
	len(mme_scef) || len(scef_mme) || len(as_scef) || len(scef_as) || len(ue_as) || len(as_ue))
#define WAITING (ue_phase == REGISTERED_INITIATED || (stage != NO_CONTEXT && stage != IDLE) || push || \
	open_keys_pushes || transactions || open_request)
#define AT_REST (!IN_FLIGHT && !WAITING && !parked)
/* The AV whose Ks the network gives for a GUTI now. */
#if SOLUTION == 12
#define GIVEN(g) (((g) && scef_guti == (g)) -> scef_active : 0)
#else
#define GIVEN(g) (((g) && (guti == (g) || old_guti == (g))) -> active_av : 0)
#endif
#define AUTHENTICATED(n) ((n) <= ue_av || (stage == SECURITY_MODE && (n) == new_av))

/* UE */

inline uplink_nas(what) {
	ue_mme ! what, 0, ue_av, ue_uplink;
	ue_uplink++
}

inline to_ue() {
	mme_ue ? kind, value, context, count;
	if
	:: kind == AUTHENTICATION_REQUEST ->
		ue_new = value;
		ue_mme ! AUTHENTICATION_RESPONSE, value, 0, 0
	:: kind == SECURITY_MODE_COMMAND ->
		assert(ue_new == context && count == 0);
		ue_av = ue_new;
		ue_new = 0;
		ue_uplink = 0;
		ue_downlink = count + 1;
		uplink_nas(SECURITY_MODE_COMPLETE)
	:: else ->
		/* In order, nothing comes late or twice. */
		assert(ue_av == context && count == ue_downlink);
		ue_downlink = count + 1;
		ue_guti = value;
		if
		:: kind == ATTACH_ACCEPT ->
			ue_phase = REGISTERED;
			uplink_nas(ATTACH_COMPLETE)
		:: kind == GUTI_REALLOCATION_COMMAND ->
			uplink_nas(GUTI_REALLOCATION_COMPLETE)
		fi
	fi
}

/* MME */

inline downlink_nas(what, name) {
	mme_ue ! what, name, av, downlink;
	downlink++
}

inline challenge() {
	if
	:: av == vectors ->
		stage = VECTORS;
		requests++;
		mme_hss ! requests
	:: else ->
		stage = AUTHENTICATION;
		new_av = av + 1;
		mme_ue ! AUTHENTICATION_REQUEST, new_av, 0, 0
	fi
}

inline start_push() {
#if SOLUTION == 12
	pushes++;
	push = pushes;
	push_av = active_av;
	push_guti = guti;
	mme_scef ! push, push_av, push_guti
#else
	skip
#endif
}

inline to_mme() {
	ue_mme ? kind, value, context, count;
	if
	:: kind == ATTACH_REQUEST ->
		guti = 1;
		is_attach = true;
		challenge()
	:: kind == AUTHENTICATION_RESPONSE ->
		assert(stage == AUTHENTICATION && value == new_av);
		stage = SECURITY_MODE;
#ifdef RES_VERIFIED
		active_av = new_av;
		start_push();
#endif
		mme_ue ! SECURITY_MODE_COMMAND, 0, new_av, 0
	:: kind == SECURITY_MODE_COMPLETE ->
		assert(stage == SECURITY_MODE && context == new_av && count == 0);
		av = new_av;
		new_av = 0;
		uplink = 1;
		downlink = 1;
#ifndef RES_VERIFIED
		active_av = av;
		start_push();
#endif
		if
		:: is_attach ->
			stage = ACCEPTED;
			downlink_nas(ATTACH_ACCEPT, guti)
		:: else ->
			stage = IDLE
		fi
	:: else ->
		assert(av == context && count == uplink);
		uplink = count + 1;
		if
		:: kind == ATTACH_COMPLETE ->
			assert(stage == ACCEPTED);
			is_attach = false;
			registered = true
		:: kind == GUTI_REALLOCATION_COMPLETE ->
			assert(stage == REALLOCATION);
			old_guti = 0;
			start_push()
		fi;
		stage = IDLE
	fi
}

inline from_hss() {
	hss_mme ? number;
	assert(number == requests && stage == VECTORS);
	vectors = vectors + VECTORS_PER_REQUEST;
	challenge()
}

/* HSS */

inline to_hss() {
	mme_hss ? number;
	answers++;
	hss_mme ! number;
#if SOLUTION == 12
	hss_scef ! answers;
	open_keys_pushes = open_keys_pushes | (1 << answers)
#endif
}

inline pairs_answered() {
	scef_hss ? number;
	open_keys_pushes = open_keys_pushes & ~(1 << number)
}

/* SCEF and, in solution 11, what it asks the MME */

#if SOLUTION == 12

inline pairs_come() {
	hss_scef ? number;
	batches++;
	if
	:: parked && parked <= batches * VECTORS_PER_REQUEST ->
		scef_active = parked;
		parked = 0
	:: else
	fi;
	scef_hss ! number
}

inline active_comes() {
	mme_scef ? number, value, scef_guti;
	if
	:: value <= batches * VECTORS_PER_REQUEST ->
		scef_active = value;
		parked = 0
	:: else ->
		scef_active = 0;
		parked = value
	fi;
	scef_mme ! number
}

inline push_answered() {
	scef_mme ? number;
	if
	:: number == push ->
		push = 0;
		push_av = 0;
		push_guti = 0
	:: else
	fi
}

inline key_asked() {
	as_scef ? number, value;
	if
	:: scef_guti != value -> result = GUTI_UNKNOWN; context = 0
	:: scef_guti == value && !scef_active -> result = NO_KEY_YET; context = 0
	:: else -> result = OK; context = scef_active
	fi;
	scef_as ! number, result, context
}

#else

inline key_asked() {
	as_scef ? number, value;
	transactions = transactions | (1 << number);
	scef_mme ! number, value
}

inline mme_asked() {
	scef_mme ? number, value;
	if
	:: guti != value && old_guti != value -> result = GUTI_UNKNOWN; context = 0
	:: (guti == value || old_guti == value) && !active_av -> result = NO_KEY_YET; context = 0
	:: else -> result = OK; context = active_av
	fi;
	mme_scef ! number, result, context
}

inline mme_answered() {
	mme_scef ? number, result, context;
	transactions = transactions & ~(1 << number);
	scef_as ! number, result, context
}

#endif

/* AS */

inline ask() {
	asked++;
	open_request = asked;
	is_new_request = true;
	as_scef ! asked, session_guti
}

inline key_comes() {
	scef_as ? number, result, context;
	if
	:: number == open_request ->
		open_request = 0;
		last_result = result;
		if
		:: result == OK ->
			held_av = context;
			wrong = ue_guti == session_guti && ue_av != context
		:: else ->
			/* That the AS asked again stands. */
			skip
		fi
	:: else
	fi
}

/* Application messages */

#if READINGS + COMMANDS

/* The counter of an AV, in `count`; the AV goes to the end. */
inline seal(leg, under) {
	count = 0;
	place = 0;
	do
	:: place < MOST_AVS && leg.use_av[place] && leg.use_av[place] != under -> place++
	:: else -> break
	od;
	if
	:: place < MOST_AVS && leg.use_av[place] == under -> count = leg.use_next[place]
	:: else
	fi;
	do
	:: place + 1 < MOST_AVS && leg.use_av[place] && leg.use_av[place + 1] ->
		leg.use_av[place] = leg.use_av[place + 1];
		leg.use_next[place] = leg.use_next[place + 1];
		place++
	:: else -> break
	od;
	leg.use_av[place] = under;
	leg.use_next[place] = count + 1
}

inline receive(leg, with) {
	leg.seen_av[leg.opened + leg.failed] = context;
	leg.seen_counter[leg.opened + leg.failed] = count;
	if
	:: context == with -> leg.opened++
	:: else -> leg.failed++; unopened = true
	fi
}

inline to_as() {
	ue_as ? kind, count, context;
	if
	:: kind == OPEN_SESSION ->
		session_guti = count;
		ask()
	:: kind == PROTECTED && held_av ->
		receive(as_leg, held_av);
		if
		:: !unopened -> asked_again = false
		:: unopened && !asked_again && !open_request ->
			asked_again = true;
			ask()
		:: else
		fi
	:: else
	fi
}

inline command_comes() {
	as_ue ? count, context;
	receive(ue_leg, ue_av)
}

#else

inline to_as() {
	ue_as ? kind, count, context;
	session_guti = count;
	ask()
}

#endif

/* After each step */

inline judge() {
#ifdef P2Q
	was_quiet = is_quiet;
	if
	:: is_new_request -> is_quiet = ue_guti == session_guti && !NAS_BUSY
	:: else -> is_quiet = is_quiet && open_request && !NAS_BUSY
	fi;
#endif
#ifdef P1
	assert(!(registered && AT_REST && GIVEN(ue_guti) && GIVEN(ue_guti) != ue_av));
#endif
#ifdef P1A
	assert(!(registered && AT_REST && !GIVEN(ue_guti)));
#endif
#ifdef P2
	assert(!wrong);
#endif
#ifdef P2Q
	assert(!(wrong && was_quiet));
#endif
#ifdef P3
	assert(!unopened);
#endif
#ifdef P5
	assert(!(scef_active && (parked || !AUTHENTICATED(scef_active))));
#endif
#ifdef P6
	place = 1;
	do
	:: place <= 1 + REALLOCATIONS ->
		assert(!(AT_REST && place != guti && place != old_guti && GIVEN(place)));
		place++
	:: else -> break
	od;
#endif
	kind = 0; result = 0; value = 0; context = 0; count = 0; number = 0; place = 0;
	was_quiet = false; wrong = false; unopened = false; is_new_request = false
}

active proctype syncscope() {
end:	do
	/* Deliveries */
	:: d_step { nempty(mme_ue) -> to_ue(); judge() }
	:: d_step { nempty(ue_mme) -> to_mme(); judge() }
	:: d_step { nempty(mme_hss) -> to_hss(); judge() }
	:: d_step { nempty(hss_mme) -> from_hss(); judge() }
	:: d_step { nempty(as_scef) -> key_asked(); judge() }
	:: d_step { nempty(scef_as) -> key_comes(); judge() }
	:: d_step { nempty(ue_as) -> to_as(); judge() }
#if SOLUTION == 12
	:: d_step { nempty(hss_scef) -> pairs_come(); judge() }
	:: d_step { nempty(scef_hss) -> pairs_answered(); judge() }
	:: d_step { nempty(mme_scef) -> active_comes(); judge() }
	:: d_step { nempty(scef_mme) -> push_answered(); judge() }
#else
	:: d_step { nempty(scef_mme) -> mme_asked(); judge() }
	:: d_step { nempty(mme_scef) -> mme_answered(); judge() }
#endif
#if READINGS + COMMANDS
	:: d_step { nempty(as_ue) -> command_comes(); judge() }
#endif
	/* Commands. One NAS procedure at a time. */
	:: d_step { attaches && ue_phase == DEREGISTERED && !NAS_BUSY ->
		attaches--;
		ue_phase = REGISTERED_INITIATED;
		ue_mme ! ATTACH_REQUEST, 0, 0, 0;
		judge() }
	:: d_step { reauthentications && registered && !NAS_BUSY ->
		reauthentications--;
		challenge();
		judge() }
	:: d_step { reallocations && registered && !NAS_BUSY ->
		reallocations--;
		old_guti = guti;
		guti = NEXT_GUTI;
		stage = REALLOCATION;
		downlink_nas(GUTI_REALLOCATION_COMMAND, guti);
		judge() }
	:: d_step { sessions && ue_phase == REGISTERED ->
		sessions--;
		ue_session_guti = ue_guti;
		ue_as ! OPEN_SESSION, ue_guti, 0;
		judge() }
	:: d_step { key_requests && session_guti ->
		key_requests--;
		ask();
		judge() }
#if READINGS
	:: d_step { readings && ue_session_guti && ue_phase == REGISTERED ->
		readings--;
		seal(ue_leg, ue_av);
		ue_as ! PROTECTED, count, ue_av;
		judge() }
#endif
#if COMMANDS
	:: d_step { commands && held_av ->
		commands--;
		seal(as_leg, held_av);
		as_ue ! count, held_av;
		judge() }
#endif
	od
}
