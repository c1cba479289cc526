package io.pyjob.executor.sql;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.types.DataTypeUtils;
import org.apache.spark.sql.execution.GroupedIterator;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * How rows are grouped, and what of a group is sent.
 *
 * @param input the attributes of rows, which come in the order of their keys
 * @param keys rows that have the same are a group
 * @param ordinals the columns of a row that are sent, in this order
 * @param batches of these columns
 * @param sent what the worker is told of them
 * @param structs whether it expects them as the fields of one column
 */
record GroupLayout(
        Seq<Attribute> input,
        Seq<Expression> keys,
        List<Integer> ordinals,
        BatchLayout batches,
        StructType sent,
        boolean structs,
        Compression compression)
        implements Serializable {

    /** @param columns of the input that are sent */
    static GroupLayout of(
            Seq<Attribute> input, Seq<Attribute> keys, Seq<Attribute> columns, boolean structs, SQLConf conf) {
        List<Attribute> attributes = CollectionConverters.asJava(input);
        List<Integer> ordinals = new ArrayList<>();
        for (Attribute column : CollectionConverters.asJava(columns)) {
            ordinals.add(Arguments.columnOf(column, attributes));
        }
        StructType types = DataTypeUtils.fromAttributes(columns);
        return new GroupLayout(
                input,
                CollectionConverters.asScala(List.<Expression>copyOf(CollectionConverters.asJava(keys)))
                        .toSeq(),
                List.copyOf(ordinals),
                BatchLayout.of(types, conf),
                structs ? new StructType().add("struct", types) : types,
                structs,
                Compression.of(conf));
    }

    /** Each key with its rows, which are to be read before the next key is asked for. */
    Iterator<Tuple2<InternalRow, Iterator<InternalRow>>> groups(Iterator<InternalRow> rows) {
        return GroupedIterator.apply(rows, keys, input);
    }
}
