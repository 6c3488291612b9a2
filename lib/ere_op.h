/*
 * ere_op: the program that ere_compile makes for ere_match.
 */
#ifndef ERE_OP_H
#define ERE_OP_H

#include "ere.h"

enum ere_kind {
	ERE_BYTE, /* arg */
	ERE_ANY,
	ERE_SET,   /* one of the bytes of set[arg] */
	ERE_BEGIN, /* ^ */
	ERE_END,   /* $ */
	ERE_JUMP,  /* to arg; relative, so that code can be copied */
	ERE_SPLIT, /* both to the next op and to arg */
	ERE_MATCH,
};

struct ere_op {
	short kind, arg;
};

#endif
