"""Reading of files in a process of their own, with limits of time, memory and output.

Anybody who may bring a file may bring one that unfolds to gigabytes or occupies a core for hours.
So no file is opened where requests are answered or facts are written: `asking` hands a job to
`keeper`, a small process that forks a child for each; the child limits itself, reads, and sends its
result through a pipe. It is killed with everything it started when its time is over, when nobody
waits any more, and with the program that asked.
"""
