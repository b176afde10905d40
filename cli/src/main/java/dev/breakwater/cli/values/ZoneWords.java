package dev.breakwater.cli.values;

import java.time.DateTimeException;
import java.time.ZoneId;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Time zones by their names: {@code UTC}, {@code Europe/Berlin}, {@code +02:00}. */
public final class ZoneWords implements ITypeConverter<ZoneId> {
    @Override
    public ZoneId convert(String value) {
        try {
            return ZoneId.of(value);
        } catch (DateTimeException e) {
            throw new TypeConversionException("'" + value + "' is not a time zone such as UTC or Europe/Berlin");
        }
    }
}
