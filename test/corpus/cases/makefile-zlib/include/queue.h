struct block {
	struct block *next;
	unsigned long length;
	unsigned char bytes[40];
};

struct block *push(struct block *head, const unsigned char *bytes, unsigned long length);
void drop(struct block *head);
