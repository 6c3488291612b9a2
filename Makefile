# procsnoop: make, then sudo ./execsnoop/execsnoop

PREFIX	 = /usr/local
DESTDIR	 =
CFLAGS	 = -O2 -g
LDFLAGS	 =
MUSL	 = musl-gcc
OUR	 = -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wshadow -Wno-format-truncation
TOOLS	 = execsnoop
LIB	 = args buf command elf exec exec_node execfail format instance \
	   kevent loader options print probe proc proof reader recording \
	   replay ring session source tasks text tool tracefs why
OBJ	 = $(LIB:%=lib/%.o)
BIN	 = $(foreach t,$(TOOLS),$(t)/$(t))

all: $(BIN)

$(BIN): %: %.o $(OBJ)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(OBJ)

%.o: %.c
	$(CC) $(OUR) $(CFLAGS) -MMD -c -o $@ $<

-include $(OBJ:.o=.d) $(BIN:=.d)
