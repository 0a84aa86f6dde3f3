module example.com/app

go 1.15

require example.com/longname v1.0.0
