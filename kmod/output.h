/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SVCBIND_OUTPUT_H
#define _SVCBIND_OUTPUT_H

struct svcbind_net;

int svcbind_output_enable(struct svcbind_net *sn);
void svcbind_output_disable(struct svcbind_net *sn);

extern bool svcbind_enforce;

#endif /* _SVCBIND_OUTPUT_H */
