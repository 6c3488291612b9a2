/*
 * count: the number of elements of an array.
 */
#ifndef COUNT_H
#define COUNT_H

#define COUNT(a) (sizeof(a) / sizeof *(a))

#endif
