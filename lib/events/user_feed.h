/*
 * user_feed: kernel events of users to records (EVENT_USER).
 *
 * RAW_USER, from a kprobe on commit_creds(), has the effective user, the real
 * one and the effective group in its last 12 bytes.  The place of RAW_ID and
 * RAW_ID_DONE says which call it is (enum user_change); RAW_ID ends with its
 * arguments.
 */
#ifndef USER_FEED_H
#define USER_FEED_H

#include "events/exec_state.h"

/* feed of struct user_feed: exec_other calls it. */
int user_feed(struct exec_assembler *, const struct raw_event *);

#endif
