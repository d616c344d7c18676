/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SVCBINDCTL_PROCESS_H
#define SVCBINDCTL_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

/* As the kernel cuts them, TASK_COMM_LEN. */
#define PROCESS_NAME	16

typedef void (*process_socket_fn)(uint32_t inode, pid_t pid, const char *name,
				  void *arg);

void process_sockets(process_socket_fn fn, void *arg);

#endif
