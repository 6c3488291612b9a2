/*
 * units: of time.
 */
#ifndef UNITS_H
#define UNITS_H

#define NS_PER_S  1000000000u
#define NS_PER_US 1000u

#endif
