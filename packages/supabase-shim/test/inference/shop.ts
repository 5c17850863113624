/*
 * A database as `supabase gen types` writes it, with what the type tests need: keys of every cardinality, two keys to
 * one table, a self reference, a junction, views, computed fields, overloads and names that need quotes.
 */

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

interface ProductDetails {
  size: "s" | "m" | "l";
  maker: { name: string; founded?: number };
  colours: string[];
}

export interface Shop {
  __InternalSupabase: { PostgrestVersion: "14.1" };
  public: {
    Tables: {
      customers: {
        Row: {
          id: string;
          email: string;
          full_name: string | null;
          settings: Json | null;
          status: Shop["public"]["Enums"]["customer_status"];
          tags: string[] | null;
          created_at: string;
          initials: string | null;
        };
        Insert: {
          id?: string;
          email: string;
          full_name?: string | null;
          settings?: Json | null;
          status?: Shop["public"]["Enums"]["customer_status"];
          tags?: string[] | null;
          created_at?: string;
        };
        Update: {
          id?: string;
          email?: string;
          full_name?: string | null;
          settings?: Json | null;
          status?: Shop["public"]["Enums"]["customer_status"];
          tags?: string[] | null;
          created_at?: string;
        };
        Relationships: [];
      };
      customer_notes: {
        Row: { customer_id: string; note: string };
        Insert: { customer_id: string; note: string };
        Update: { customer_id?: string; note?: string };
        Relationships: [
          {
            foreignKeyName: "customer_notes_customer_id_fkey";
            columns: ["customer_id"];
            isOneToOne: true;
            referencedRelation: "customers";
            referencedColumns: ["id"];
          },
        ];
      };
      products: {
        Row: {
          id: number;
          name: string;
          price: number;
          weight: number | null;
          details: ProductDetails | null;
          "stock-level": number;
          "Shelf, Row": string | null;
        };
        Insert: { id?: never; name: string; price: number };
        Update: { id?: never; name?: string; price?: number };
        Relationships: [];
      };
      orders: {
        Row: {
          id: number;
          customer_id: string;
          approved_by: string | null;
          amount: number;
          note: string | null;
          customers: number;
        };
        Insert: { id?: number; customer_id: string; approved_by?: string | null; amount: number };
        Update: { id?: number; customer_id?: string; approved_by?: string | null; amount?: number };
        Relationships: [
          {
            foreignKeyName: "orders_customer_id_fkey";
            columns: ["customer_id"];
            isOneToOne: false;
            referencedRelation: "customers";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "orders_approved_by_fkey";
            columns: ["approved_by"];
            isOneToOne: false;
            referencedRelation: "customers";
            referencedColumns: ["id"];
          },
        ];
      };
      order_items: {
        Row: { order_id: number; product_id: number; quantity: number };
        Insert: { order_id: number; product_id: number; quantity: number };
        Update: { order_id?: number; product_id?: number; quantity?: number };
        Relationships: [
          {
            foreignKeyName: "order_items_order_id_fkey";
            columns: ["order_id"];
            isOneToOne: false;
            referencedRelation: "orders";
            referencedColumns: ["id"];
          },
          {
            foreignKeyName: "order_items_product_id_fkey";
            columns: ["product_id"];
            isOneToOne: false;
            referencedRelation: "products";
            referencedColumns: ["id"];
          },
        ];
      };
      categories: {
        Row: { id: number; name: string; parent_id: number | null };
        Insert: { id?: number; name: string; parent_id?: number | null };
        Update: { id?: number; name?: string; parent_id?: number | null };
        Relationships: [
          {
            foreignKeyName: "categories_parent_id_fkey";
            columns: ["parent_id"];
            isOneToOne: false;
            referencedRelation: "categories";
            referencedColumns: ["id"];
          },
        ];
      };
    };
    Views: {
      order_totals: {
        Row: { order_id: number | null; total: number | null };
        Relationships: [
          {
            foreignKeyName: "order_items_order_id_fkey";
            columns: ["order_id"];
            isOneToOne: false;
            referencedRelation: "orders";
            referencedColumns: ["id"];
          },
        ];
      };
    };
    Functions: {
      initials: { Args: { "": Shop["public"]["Tables"]["customers"]["Row"] }; Returns: string };
      last_order: {
        Args: { "": Shop["public"]["Tables"]["customers"]["Row"] };
        Returns: Shop["public"]["Tables"]["orders"]["Row"];
        SetofOptions: { from: "customers"; to: "orders"; isOneToOne: true; isSetofReturn: true };
      };
      now_text: { Args: never; Returns: string };
      add_numbers: { Args: { a: number; b?: number }; Returns: number };
      find_orders:
        | {
            Args: { customer: string };
            Returns: Shop["public"]["Tables"]["orders"]["Row"][];
            SetofOptions: { from: "*"; to: "orders"; isOneToOne: false; isSetofReturn: true };
          }
        | { Args: { minimum: number }; Returns: number };
      greet:
        | { Args: { name: string }; Returns: string }
        | { Args: { name: string; times: number }; Returns: string[] };
      statistics: { Args: { year: number }; Returns: { month: number; sum: number }[] };
    };
    Enums: { customer_status: "active" | "blocked" };
    CompositeTypes: { address: { street: string | null } };
  };
  billing: {
    Tables: {
      invoices: {
        Row: { id: number; paid: boolean };
        Insert: { id?: number; paid?: boolean };
        Update: { id?: number; paid?: boolean };
        Relationships: [];
      };
    };
    Views: object;
    Functions: object;
    Enums: object;
    CompositeTypes: object;
  };
}
