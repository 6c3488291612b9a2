/* nop - the program that is executed: it ends at once */

int
main(void)
{
	return 0;
}
