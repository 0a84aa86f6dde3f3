int width(void);
