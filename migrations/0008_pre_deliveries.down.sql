DROP TABLE refused_deliveries;
